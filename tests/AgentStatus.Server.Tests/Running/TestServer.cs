using AgentStatus.Server.Grpc;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Http;
using AgentStatus.Server.Tests.CompanySettings;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Running;

/// <summary>The whole server in this process: Kestrel on a free port, SQLite in a directory of its own or the store
/// that the arguments name, a clock of the test's. Can be restarted on the same directory. A logged error fails the
/// test unless it expects some.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<string> _args;
    private Func<IStatusStore, IStatusStore> _wrap = store => store;
    private IStatusStore? _store;
    private WebApplication? _app;
    private GrpcChannel? _channel;

    private TestServer(DateTimeOffset now, string[] args)
    {
        Time = new FakeTimeProvider(now);
        _args =
        [
            "--Endpoint", "http://127.0.0.1:0", "--Http", "off", "--Storage:Path", _directory.File("store"), .. args,
        ];
    }

    public FakeTimeProvider Time { get; }

    public long NowMs => Time.NowMs();

    public LogLines Log { get; } = new();

    /// <summary>Whether the test makes the server log errors.</summary>
    public bool ExpectsErrors { get; set; }

    public GrpcChannel Channel => _channel!;

    public int Port => new Uri(_app!.Urls.Single()).Port;

    /// <summary>The second endpoint, where the arguments turn it on.</summary>
    public Uri Http => Part<HttpServer>().Address!;

    public AgentStatusService.AgentStatusServiceClient Service => new(_channel);

    public IStatusStore Store => _store!;

    /// <summary>The companies' business hours, as the settings file holds them; changes are seen at the next
    /// fetch.</summary>
    public string SettingsFile => _directory.File("settings.json");

    public static async Task<TestServer> StartAsync(DateTimeOffset now, params string[] args)
    {
        var server = new TestServer(now, args);
        await server.StartAsync();
        return server;
    }

    /// <summary>With business hours: <c>{"280197": {...}}</c>.</summary>
    public static async Task<TestServer> StartWithHoursAsync(DateTimeOffset now, string companies, params string[] args)
    {
        var server = new TestServer(now, args);
        server.WriteHours(companies);
        server._args.AddRange(["--CompanySettings:Path", server.SettingsFile]);
        await server.StartAsync();
        return server;
    }

    /// <summary>Over a store that does what the test wants; errors in the log are expected.</summary>
    public static async Task<TestServer> StartOverAsync(
        DateTimeOffset now, Func<IStatusStore, IStatusStore> wrap, params string[] args)
    {
        var server = new TestServer(now, args) { _wrap = wrap, ExpectsErrors = true };
        await server.StartAsync();
        return server;
    }

    public void WriteHours(string companies) => File.WriteAllText(SettingsFile, $"{{\"companies\": {companies}}}");

    /// <summary>Lets time pass, but for its last second without the ticks that would have come in it.</summary>
    public void Pass(TimeSpan span)
    {
        Time.AdjustTime(Time.GetUtcNow() + span - ServerLimits.MaintenanceInterval);
        Time.Advance(ServerLimits.MaintenanceInterval);
    }

    public T Part<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    public async Task StopAsync()
    {
        if (_app is null) return;
        _channel!.Dispose();
        await _app.StopAsync().WaitAsync(Until.Limit);
        await _app.DisposeAsync();
        _store!.Dispose();
        _app = null;
    }

    /// <param name="args">More settings from now on; they win over earlier ones.</param>
    public async Task RestartAsync(params string[] args)
    {
        await StopAsync();
        _args.AddRange(args);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
        if (!ExpectsErrors) Assert.Empty(Log.Errors);
    }

    private async Task StartAsync()
    {
        var builder = ServerHost.CreateBuilder([.. _args]);
        builder.Logging.ClearProviders().AddProvider(Log);
        var options = ServerOptions.Read(builder.Configuration, out var faults);
        Assert.Empty(faults);
        _store = StoreOpening.Open(options, Time);
        _app = ServerHost.Build(builder, options, _wrap(_store), Time);
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress(_app.Urls.Single());
        await Until.TrueAsync(() => Part<ServingState>().Serves);
    }
}
