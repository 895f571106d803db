using AgentStatus.Core.Timelines;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Recording;
using AgentStatus.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Server.Tests.GuardRails;

/// <summary>The server's parts as the host puts them together, warm and with a writer, and nobody listening.</summary>
internal sealed class WarmServer : IAsyncDisposable
{
    public const int Agents = 100;

    private readonly TempDirectory _directory = new();
    private readonly WebApplication _app;
    private readonly SqliteStatusStore _sqlite;
    private readonly IStatusStore _store;

    public WarmServer(Func<IStatusStore, IStatusStore>? around = null)
    {
        _sqlite = SqliteStatusStore.Open(_directory.Path);
        _store = around?.Invoke(_sqlite) ?? _sqlite;
        var builder = ServerHost.CreateBuilder([]);
        _app = ServerHost.Build(builder, ServerOptions.Read(builder.Configuration, out _), _store, TimeProvider.System);
        TimelineIndex = _app.Services.GetRequiredService<TimelineIndex>();
        for (var i = 0; i < Agents; i++) TimelineIndex.Publish(Agent(i), TimelineOf(i));
        TimelineIndex.IsWarm = true;
        Writer = _app.Services.GetRequiredService<StatusWriter>();
        Writer.Start();
        Service = _app.Services.GetRequiredService<AgentStatusGrpcService>();
    }

    public TimelineIndex TimelineIndex { get; }

    public StatusWriter Writer { get; }

    public AgentStatusGrpcService Service { get; }

    public StatusLookup Lookup => _app.Services.GetRequiredService<StatusLookup>();

    public static AgentKey Agent(int number) => new(280_197, 380_000 + number);

    public async ValueTask DisposeAsync()
    {
        Writer.Dispose();
        await _app.DisposeAsync();
        _store.Dispose();
        _sqlite.Dispose();
        _directory.Dispose();
    }

    private static Timeline TimelineOf(int number)
    {
        var builder = new TimelineBuilder();
        builder.Add(1_772_000_000_000 + number, Core.Status.Online, Origin.Agent);
        builder.Add(1_772_000_060_000 + number, Core.Status.OnCall, Origin.Call);
        builder.Add(1_772_000_120_000 + number, Core.Status.Online, Origin.Call);
        return builder.Build();
    }
}
