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
    private readonly Lock _publishing = new();

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

    /// <summary>On threads of their own: the pool's serve who asks meanwhile. Where one fails the others end.</summary>
    private long LoadTimelines(long horizonMs, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var parts = store.ReadMemory(horizonMs - loader.CallsReachMs, ServerLimits.StartReaders).Select(
            part => Task.Factory.StartNew(
                () => LoadPart(part, horizonMs, ending),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var events = Task.WhenAll(parts).GetAwaiter().GetResult().Sum();
        stopping.ThrowIfCancellationRequested();
        return events;
    }

    private long LoadPart(IEnumerable<AgentEvents> part, long horizonMs, CancellationTokenSource ending)
    {
        try
        {
            var builder = new TimelineBuilder(timelines.CallLimits);
            var events = 0L;
            foreach (var agent in part.Where(agent => agent.Events.Count > 0))
            {
                if (ending.IsCancellationRequested) break;
                var timeline = Build(builder, agent, horizonMs);
                lock (_publishing) timelines.Publish(agent.Agent, timeline);
                events += agent.Events.Count;
            }

            return events;
        }
        catch
        {
            ending.Cancel();
            throw;
        }
    }

    private Timeline Build(TimelineBuilder builder, in AgentEvents agent, long horizonMs)
    {
        for (var i = 0; i < agent.Events.Count; i++)
        {
            var (atMs, status, origin, callId, deviceKey, label) = agent.Events[i];
            var number = label is null ? (ushort)0 : labels.NumberOf(agent.Agent.CompanyId, label);
            builder.Add(new TimelineEvent(atMs, status, origin, callId, deviceKey, number));
        }

        var isWhole = agent.Events[0].OccurredAtMs >= horizonMs - loader.CallsReachMs;
        return isWhole ? builder.Build() : builder.Build(horizonMs);
    }
}
