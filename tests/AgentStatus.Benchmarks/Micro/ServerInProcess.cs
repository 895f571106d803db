using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Memory;
using AgentStatus.Storage.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AgentStatus.Benchmarks.Micro;

/// <summary>The server's parts as it puts them together, with memory filled, and nobody listening.</summary>
internal sealed class ServerInProcess : IDisposable
{
    private const int EventsPerAgent = 20;

    private readonly TempDirectory _directory = new();
    private readonly SqliteStatusStore _store;
    private readonly WebApplication _app;

    public ServerInProcess(int agents)
    {
        _store = SqliteStatusStore.Open(_directory.Path);
        var builder = ServerHost.CreateBuilder([]);
        _app = ServerHost.Build(builder, ServerOptions.Read(builder.Configuration, out _), _store, TimeProvider.System);
        var timelines = _app.Services.GetRequiredService<TimelineIndex>();
        NowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (agent, timeline) in SampleTimelines.Of(agents, EventsPerAgent, NowMs - 86_400_000, NowMs))
            timelines.Publish(agent, timeline);
        timelines.IsWarm = true;
        TimelineIndex = timelines;
        Service = _app.Services.GetRequiredService<AgentStatusGrpcService>();
    }

    /// <summary>When it was made; the agents' last events are just before it.</summary>
    public long NowMs { get; }

    public TimelineIndex TimelineIndex { get; }

    public AgentStatusGrpcService Service { get; }

    public void Dispose()
    {
        ((IDisposable)_app).Dispose();
        _store.Dispose();
        _directory.Dispose();
    }
}
