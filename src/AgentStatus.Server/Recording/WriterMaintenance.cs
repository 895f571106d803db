using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>What the writer does between batches: hours versions, what other servers stored, draining the spool,
/// rebuilds, and letting go of what is older than memory's horizon. In small portions: events do not wait long. The
/// writer's thread only.</summary>
internal sealed class WriterMaintenance(
    TimelineIndex timelines,
    IStatusStore store,
    CompanyHours hours,
    EventBatch events,
    ChangeQueue rebuilds,
    ServerOptions options,
    Instruments instruments,
    ILogger<WriterMaintenance> logger)
{
    private int _trimmedSlot;
    private IReadOnlyList<ServerNumber> _appliedThrough = [];

    /// <summary>Whether memory says all that the store does.</summary>
    public bool IsMemoryComplete => timelines.IsWarm && rebuilds.Count == 0;

    /// <summary>Of each server the number through which all that is stored is shown, this server first; null while some
    /// of it is not.</summary>
    public IReadOnlyList<ServerNumber>? FindShownThrough() =>
        IsMemoryComplete ? [store.StoredThrough, .. _appliedThrough] : null;

    /// <summary>Stores a version in force from now, or just after the one before, and shows it. Where another one came
    /// after the <paramref name="known"/> ones, from another server too, that one stands.</summary>
    /// <exception cref="StoreException">Nothing changed.</exception>
    public HoursHistory RecordHours(long companyId, BusinessHours content, HoursHistory? known, long nowMs)
    {
        var current = hours.Find(companyId);
        if (current is not null && current != known) return current;
        var inForceFromMs = Math.Max(nowMs, current?.Latest.InForceFromMs + 1 ?? nowMs);
        return hours.Add(store.AddHours(new(companyId, hours.NextNumber(companyId), inForceFromMs, content.ToJson())));
    }

    /// <summary>Shows what other servers stored.</summary>
    public void Apply(Changes changes)
    {
        events.Show(changes.Events);
        foreach (var version in changes.Hours) hours.Add(version);
        _appliedThrough = changes.GivenThrough;
    }

    /// <summary>Finds out since when the agent has had the status in force at memory's horizon, and shows it.</summary>
    public void ResolveSince(AgentKey agent)
    {
        var timeline = timelines.Find(agent);
        if (!timeline.NeedsSince) return;
        var at = TimelineLoader.At(store, agent, timeline, timeline.CoveredFromMs);
        timelines.Publish(agent, timeline.WithSince(at.SinceMs));
    }

    /// <summary>Does a portion; true if there is more to do at once.</summary>
    /// <param name="tick">Whether <see cref="ServerLimits.MaintenanceInterval"/> has passed.</param>
    /// <exception cref="StoreException">The portion is done again at the next tick.</exception>
    public bool Work(bool tick, long nowMs)
    {
        if (!timelines.IsWarm) return false;
        if (tick) Trim(nowMs - (long)options.Horizon.TotalMilliseconds);
        if (store.Spool is { IsReachable: false }) return false;
        var drainsOn = Drain();
        Rebuild();
        return drainsOn || rebuilds.Count > 0;
    }

    /// <summary>Makes memory complete, before anybody reads: also with what an earlier run of the server left in the
    /// spool.</summary>
    /// <exception cref="StoreException">Not everything could be read.</exception>
    public void CompleteMemory()
    {
        foreach (var spooled in store.Spool?.ReadSpooled() ?? [])
            rebuilds.Add(spooled.Event.Agent, spooled.Event.OccurredAtMs);
        while (rebuilds.Count > 0) Rebuild();
    }

    /// <summary>Brings a portion of what was spooled into the store; true if there is more. Its agents are rebuilt:
    /// only the store knows the order of events of one instant, and what was stored under their ids.</summary>
    private bool Drain()
    {
        if (store.Spool is not { SpooledCount: > 0 } spool) return false;
        var drained = spool.Drain(StorageLimits.DrainedEvents);
        foreach (var (agent, fromMs) in drained.Agents) rebuilds.Add(agent, fromMs);
        foreach (var (rejected, _, _) in drained.Rejected)
            Log.EventRejected(logger, rejected.Agent.CompanyId, rejected.Agent.AgentId, rejected.EventId);
        instruments.Rejected(drained.Rejected.Count);
        if (drained.Count > 0 && spool.SpooledCount == 0) Log.SpoolDrained(logger);
        return drained.Count > 0 && spool.SpooledCount > 0;
    }

    private void Rebuild()
    {
        for (var i = 0; i < ServerLimits.RebuiltAgents && rebuilds.Count > 0; i++)
        {
            var (agent, fromMs) = rebuilds.Take(1)[0];
            try
            {
                var before = timelines.Find(agent);
                timelines.Publish(new(agent, before, TimelineLoader.Reload(store, agent, before), fromMs));
            }
            catch
            {
                rebuilds.Add(agent, fromMs);
                throw;
            }
        }
    }

    private void Trim(long horizonMs)
    {
        // An hour's grace: a timeline is not copied for the sake of one event.
        const long GraceMs = 60 * 60 * 1000;
        for (var i = 0; i < ServerLimits.TrimmedSlots && i < timelines.Slots; i++)
        {
            _trimmedSlot = (_trimmedSlot + 1) % timelines.Slots;
            if (timelines.AtSlot(_trimmedSlot) is not var (agent, timeline)) continue;
            if (timeline.Trimmed(horizonMs - GraceMs) is var trimmed && trimmed.Count < timeline.Count)
                timelines.Publish(agent, timeline.Trimmed(horizonMs));
        }
    }
}
