using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Hosting;

/// <summary>Fills memory from the store at start, by the same timeline code as memory in service. Before the writer
/// shows anything.</summary>
internal sealed class StartupLoader(
    TimelineIndex timelines, IStatusStore store, CompanyHours hours, ServerOptions options, TimeProvider clock)
{
    /// <summary>Reads everything; gives the number of events.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public long Load(CancellationToken stopping)
    {
        hours.Load(store.ReadHours());
        var horizonMs = clock.NowMs() - (long)options.Horizon.TotalMilliseconds;
        var events = LoadTimelines(horizonMs, stopping);

        // What loading left behind goes back to the system: nearly all that is on the heap now stays for good.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return events;
    }

    private long LoadTimelines(long horizonMs, CancellationToken stopping)
    {
        var builder = new TimelineBuilder();
        var loadedFromMs = horizonMs - Limits.WrapUpMs;
        var knownByCalls = new List<AgentKey>();
        long events = 0;
        foreach (var agent in store.ReadMemory(loadedFromMs))
        {
            stopping.ThrowIfCancellationRequested();
            for (var i = 0; i < agent.Events.Count; i++)
            {
                var e = agent.Events[i];
                builder.Add(e.OccurredAtMs, e.Status, e.Origin);
            }

            events += agent.Events.Count;
            var isWhole = agent.Events[0].OccurredAtMs >= loadedFromMs;
            var timeline = isWhole ? builder.Build() : builder.Build(horizonMs);
            timelines.Publish(agent.Agent, timeline);
            if (timeline.IsKnownByCallsAlone) knownByCalls.Add(agent.Agent);
        }

        foreach (var agent in knownByCalls)
            timelines.Publish(agent, TimelineLoader.Reload(store, agent, timelines.Find(agent)));

        return events;
    }
}
