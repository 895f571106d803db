using System.Threading.Channels;
using AgentStatus.Core;
using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.CompanySettings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>The company settings as the server registers them, over a clock of the test's. A logged error fails the
/// test.</summary>
internal sealed class SettingsRig : IAsyncDisposable
{
    /// <summary>For what must happen: a test that waits longer fails.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan CacheFor = TimeSpan.FromMinutes(5);

    private readonly ServiceProvider _services;
    private readonly TimelineIndex _timelines = new(CallLimits.Default);
    private readonly Channel<HoursVersion> _versions = Channel.CreateUnbounded<HoursVersion>();

    private SettingsRig(string? path, string? url, bool load = true, bool notFoundMeansOpen = false)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(Log));
        services.AddSingleton<TimeProvider>(Time);
        var options = new CompanySettingsOptions
        {
            Path = path,
            Url = url,
            CacheFor = CacheFor,
            NotFoundMeansOpen = notFoundMeansOpen,
        };
        services.AddSingleton(options);
        services.AddSingleton<RecordHours>(RecordAsync);
        services.AddSingleton(_timelines);
        services.AddCompanySettings();
        _services = services.BuildServiceProvider();
        if (load) Hours.Load([]);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    public LogLines Log { get; } = new();

    public CompanyHours Hours => _services.GetRequiredService<CompanyHours>();

    public CompanySettingsCache Cache => _services.GetRequiredService<CompanySettingsCache>();

    public IHostedService Refresher => _services.GetRequiredService<IHostedService>();

    /// <summary>Gives these companies an agent with an event.</summary>
    public IReadOnlyCollection<long> Companies
    {
        set
        {
            var builder = new TimelineBuilder();
            builder.Add(1_000, Status.Online, Origin.Agent);
            var timeline = builder.Build();
            foreach (var companyId in value) _timelines.Publish(new AgentKey(companyId, 1), timeline);
        }
    }

    /// <summary>The versions recorded, as canonical JSON.</summary>
    public List<string> Recorded { get; } = [];

    /// <summary>What recording a version throws.</summary>
    public Exception? StoreFailure { get; set; }

    public static SettingsRig Over(SettingsServer server, bool load = true, bool notFoundMeansOpen = false) =>
        new(null, server.UrlTemplate, load, notFoundMeansOpen);

    public static SettingsRig OverUrl(string template) => new(null, template);

    public static SettingsRig OverFile(string path) => new(path, null);

    public static SettingsRig OverNothing(bool load = true) => new(null, null, load);

    /// <summary>For a company with an event.</summary>
    public Task<HoursHistory?> FindAsync(long companyId)
    {
        Companies = [companyId];
        return FindAnyAsync(companyId);
    }

    /// <summary>For a company that may have none.</summary>
    public async Task<HoursHistory?> FindAnyAsync(long companyId) =>
        await Cache.FindAsync(companyId, CancellationToken.None).AsTask().WaitAsync(Limit);

    /// <summary>Lets what is known grow old and waits for the fetch that follows.</summary>
    public async Task RefreshAsync(long companyId)
    {
        Time.Advance(CacheFor);
        await Cache.RefreshAsync(companyId, CancellationToken.None).AsTask().WaitAsync(Limit);
    }

    /// <summary>The content in force, as canonical JSON.</summary>
    public string? InForce(long companyId) => Hours.Find(companyId)?.Latest.Hours.ToJson();

    public Task<HoursVersion> NextVersionAsync() => _versions.Reader.ReadAsync().AsTask().WaitAsync(Limit);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Assert.Empty(Log.Errors);
    }

    private Task<HoursHistory> RecordAsync(
        long companyId, BusinessHours hours, HoursHistory? known, CancellationToken cancellation)
    {
        if (StoreFailure is not null) throw StoreFailure;
        var version = new HoursVersion(companyId, Time.NowMs(), hours);
        lock (Recorded) Recorded.Add(hours.ToJson());
        var history = Hours.Add(new(Hours.NextNumber(companyId), version));
        _versions.Writer.TryWrite(version);
        return Task.FromResult(history);
    }
}
