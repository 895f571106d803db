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
    TimelineLoader loader,
    TimelineRebuilds rebuilds,
    RetentionCut cut,
    ServerOptions options,
    Instruments instruments,
    ILogger<WriterMaintenance> logger,
    TimeProvider clock)
{
    private readonly DrainPortion _portion = new();
    private int _trimmedSlot;
    private int _slotsToTrim;
    private IReadOnlyList<ServerNumber> _appliedThrough = [];

    /// <summary>Whether memory says all that the store does.</summary>
    public bool IsMemoryComplete => timelines.IsWarm && rebuilds.Count == 0;

    /// <summary>Of each server the number through which all was stored when this was asked, this server first: when it
    /// is shown; null where some of it cannot be.</summary>
    public async Task<IReadOnlyList<ServerNumber>?> FindShownThroughAsync()
    {
        ServerNumber[] storedThrough = [store.StoredThrough, .. _appliedThrough];
        return timelines.IsWarm && await rebuilds.WhenShownAsync() ? storedThrough : null;
    }

    /// <summary>Stores a version in force from now, or just after the one before, and shows it. Where another one came
    /// after the <paramref name="known"/> ones, from another server too, that one stands.</summary>
    /// <exception cref="StoreException">Nothing changed.</exception>
    /// <param name="json">The content, written before: an agent's own hours can make it 16 MB.</param>
    public HoursHistory RecordHours(
        long companyId, BusinessHours content, string json, HoursHistory? known, long nowMs)
    {
        var current = hours.Find(companyId);
        if (current is not null && current != known) return current;
        if (timelines.IsWarm && !timelines.HasEvents(companyId))
            throw new StoreException("the company has no events any more");
        var inForceFromMs = Math.Max(nowMs, current?.Latest.InForceFromMs + 1 ?? nowMs);
        var stored = store.AddHours(new(companyId, hours.NextNumber(companyId), inForceFromMs, json));
        return hours.Add(stored.Json == json
            ? new(stored.Number, new(companyId, stored.InForceFromMs, content))
            : CompanyHours.Read(stored));
    }

    /// <summary>Shows hours versions that other servers stored, and notes through where their events are
    /// shown.</summary>
    public void AddFollowed(IReadOnlyList<NumberedHours> versions, IReadOnlyList<ServerNumber> shownThrough)
    {
        foreach (var version in versions)
            if (!store.Erasure.UnderWay.IncludeAllOf(version.Version.CompanyId)) hours.Add(version);
        _appliedThrough = shownThrough;
    }

    /// <summary>Finds out since when the agent has had the status in force at memory's horizon, and shows it.</summary>
    public void ResolveSince(AgentKey agent)
    {
        if (timelines.Find(agent).NeedsSince && !rebuilds.Contains(agent)) rebuilds.Add(new(agent, loader));
    }

    /// <summary>Does a portion; true if there is more to do at once.</summary>
    /// <param name="tick">Whether <see cref="ServerLimits.MaintenanceInterval"/> has passed.</param>
    /// <exception cref="StoreException">The portion is done again at the next tick.</exception>
    public bool Work(bool tick, long nowMs)
    {
        if (!timelines.IsWarm) return false;
        var showsOn = rebuilds.Work(tick);
        var trimsOn = Trim(tick, Math.Max(nowMs - (long)options.Horizon.TotalMilliseconds, cut.Ms));
        return showsOn | trimsOn | (store.Spool is not { IsReachable: false } && (Drain() | DrainSteps()));
    }

    /// <summary>Makes memory complete, before anybody reads: also with what an earlier run of the server left in the
    /// spool.</summary>
    /// <exception cref="StoreException">Not everything could be read.</exception>
    public void CompleteMemory()
    {
        foreach (var spooled in store.Spool?.ReadSpooled() ?? [])
            rebuilds.ReadAnew(spooled.Event.Agent, spooled.Event.OccurredAtMs);
        rebuilds.Complete();
    }

    /// <summary>Brings a portion of what was spooled into the store; true if there is more. Its agents are rebuilt:
    /// only the store knows the order of events of one instant, and what was stored under their ids.</summary>
    private bool Drain()
    {
        if (store.Spool is not { SpooledCount: > 0 } spool) return false;
        var started = clock.GetTimestamp();
        var drained = spool.Drain(_portion.Events);
        _portion.Learn(clock.GetElapsedTime(started));
        foreach (var (agent, fromMs) in drained.Agents) rebuilds.ReadAnew(agent, fromMs);
        foreach (var (rejected, _, _) in drained.Rejected)
            Log.EventRejected(logger, rejected.Agent.CompanyId, rejected.Agent.AgentId, rejected.EventId);
        instruments.Rejected(drained.Rejected.Count);
        if (drained.Count > 0) TellIfEmpty(spool);
        return drained.Count > 0 && spool.SpooledCount > 0;
    }

    /// <summary>The same for a portion of the call steps, of which memory has nothing.</summary>
    private bool DrainSteps()
    {
        if (store.CallSteps.SpooledCount == 0) return false;
        var drained = store.CallSteps.Drain(StorageLimits.DrainedEvents);
        foreach (var step in drained.Rejected ?? [])
            Log.StepRejected(logger, step.Ring.CompanyId, step.Ring.CallId, step.Ring.AgentId);
        if (drained.Count > 0 && store.Spool is { } spool) TellIfEmpty(spool);
        return drained.Count > 0 && store.CallSteps.SpooledCount > 0;
    }

    private void TellIfEmpty(ISpool spool)
    {
        if (spool.SpooledCount + store.CallSteps.SpooledCount == 0) Log.SpoolDrained(logger);
    }

    /// <summary>Lets go of a portion of what is older than the horizon; true if there is more of this round.</summary>
    private bool Trim(bool tick, long horizonMs)
    {
        // An hour's grace: a timeline is not copied for the sake of one event.
        const long GraceMs = 60 * 60 * 1000;
        if (tick && _slotsToTrim == 0) _slotsToTrim = Math.Min(ServerLimits.TrimmedSlots, timelines.Slots);
        for (var copied = 0; _slotsToTrim > 0 && copied < ServerLimits.EventsCopiedAtOnce; _slotsToTrim--)
        {
            _trimmedSlot = (_trimmedSlot + 1) % timelines.Slots;
            if (timelines.AtSlot(_trimmedSlot) is not var (agent, timeline)) continue;
            if (rebuilds.Contains(agent) || !timeline.HasBefore(horizonMs - GraceMs)) continue;
            if (TimelineUpdate.IsLarge(timeline))
            {
                rebuilds.Add(new(agent, loader) { TrimmedToMs = horizonMs });
                continue;
            }

            timelines.Publish(agent, timeline.Trimmed(horizonMs));
            copied += timeline.Count;
        }

        return _slotsToTrim > 0;
    }
}
