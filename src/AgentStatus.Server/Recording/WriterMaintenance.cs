using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>What the writer does between batches: hours versions, draining the spool, rebuilds, and letting go of what
/// is older than memory's horizon. In small portions: events do not wait long. The writer's thread only.</summary>
internal sealed class WriterMaintenance(
    TimelineIndex timelines,
    IStatusStore store,
    CompanyHours hours,
    RebuildQueue rebuilds,
    SpoolDrain spool,
    long horizonLengthMs)
{
    private int _trimmedSlot;

    /// <summary>Whether memory says all that the store does.</summary>
    public bool IsMemoryComplete => timelines.IsWarm && rebuilds.Count == 0;

    /// <summary>Stores a version in force from now, or just after the one before, and shows it. Where another one came
    /// after the <paramref name="known"/> ones, from another server too, that one stands.</summary>
    /// <exception cref="StoreException">Nothing changed.</exception>
    public HoursHistory RecordHours(long companyId, BusinessHours content, HoursHistory? known, long nowMs)
    {
        var current = hours.Find(companyId);
        if (current is not null && current != known) return current;
        var inForceFromMs = Math.Max(nowMs, current?.Latest.InForceFromMs + 1 ?? nowMs);
        return hours.Add(store.AddHours(
            new StoredHours(companyId, hours.NextNumber(companyId), inForceFromMs, content.ToJson())));
    }

    /// <summary>Finds out since when the agent has had the status in force at memory's horizon, and shows it.</summary>
    public void ResolveSince(AgentKey agent)
    {
        var timeline = timelines.Find(agent);
        if (!timeline.NeedsSince) return;
        timelines.Publish(agent, timeline.WithSince(TimelineLoader.At(store, agent, timeline, timeline.CoveredFromMs).SinceMs));
    }

    /// <summary>Does a portion; true if there is more to do at once.</summary>
    /// <param name="tick">Whether <see cref="ServerLimits.MaintenanceInterval"/> has passed.</param>
    /// <param name="nowMs">Now.</param>
    /// <exception cref="StoreException">The portion is done again at the next tick.</exception>
    public bool Work(bool tick, long nowMs)
    {
        if (!timelines.IsWarm) return false;
        if (tick) Trim(nowMs - horizonLengthMs);
        if (!spool.IsStoreReachable) return false;
        var drainsOn = spool.Work();
        Rebuild();
        return drainsOn || rebuilds.Count > 0;
    }

    /// <summary>Makes memory complete, before anybody reads: also with what was spooled.</summary>
    /// <exception cref="StoreException">Not everything could be read.</exception>
    public void CompleteMemory()
    {
        spool.QueueSpooled();
        while (rebuilds.Count > 0) Rebuild();
    }

    private void Rebuild()
    {
        for (var i = 0; i < ServerLimits.RebuiltAgents && rebuilds.TryTake(out var change); i++)
        {
            try
            {
                var before = timelines.Find(change.Agent);
                var after = TimelineLoader.Reload(store, change.Agent, before);
                timelines.Publish(new TimelineChange(change.Agent, before, after, change.FromMs));
            }
            catch
            {
                rebuilds.Add(change.Agent, change.FromMs);
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
            if (timelines.At(_trimmedSlot) is not var (agent, timeline)) continue;
            if (timeline.Trimmed(horizonMs - GraceMs) is var trimmed && trimmed.Count < timeline.Count)
                timelines.Publish(agent, timeline.Trimmed(horizonMs));
        }
    }
}
