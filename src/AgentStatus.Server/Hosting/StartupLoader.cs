using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Hosting;

/// <summary>Fills memory from the store at start, by the same timeline code as memory in service. Before the writer
/// shows anything.</summary>
internal sealed class StartupLoader(
    TimelineIndex timelines,
    IStatusStore store,
    TimelineLoader loader,
    CompanyLabels labels,
    CompanyHours hours,
    RetentionCut cut,
    ServerOptions options,
    TimeProvider clock)
{
    /// <summary>Reads everything; gives the number of events.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public long Load(CancellationToken stopping)
    {
        if (store.Retention?.Read().CutMs is { } cutMs) cut.Advance(cutMs);
        hours.Load(store.ReadHours());
        hours.ForgetBefore(cut.Ms);
        store.LoadRetractions();
        var horizonMs = Math.Max(clock.NowMs() - (long)options.Horizon.TotalMilliseconds, cut.Ms);
        var events = LoadTimelines(horizonMs, stopping);

        // What loading left behind goes back to the system: nearly all that is on the heap now stays for good.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return events;
    }

    private long LoadTimelines(long horizonMs, CancellationToken stopping)
    {
        var builder = new TimelineBuilder(timelines.CallLimits);
        var loadedFromMs = horizonMs - loader.CallsReachMs;
        long events = 0;
        foreach (var agent in store.ReadMemory(loadedFromMs))
        {
            stopping.ThrowIfCancellationRequested();
            if (agent.Events.Count == 0) continue;
            for (var i = 0; i < agent.Events.Count; i++)
            {
                var (atMs, status, origin, callId, deviceKey, label) = agent.Events[i];
                var number = label is null ? (ushort)0 : labels.NumberOf(agent.Agent.CompanyId, label);
                builder.Add(new TimelineEvent(atMs, status, origin, callId, deviceKey, number));
            }

            events += agent.Events.Count;
            var isWhole = agent.Events[0].OccurredAtMs >= loadedFromMs;
            timelines.Publish(agent.Agent, isWhole ? builder.Build() : builder.Build(horizonMs));
        }

        return events;
    }
}
