namespace AgentStatus.Server.Recording;

/// <summary>Brings what was spooled into the store again, a portion at a time, between batches. Its agents are then
/// rebuilt: only the store knows the order of events of one instant, and what was stored under their ids. The writer's
/// thread only.</summary>
internal sealed class SpoolDrain(
    IStatusStore store, RebuildQueue rebuilds, Instruments instruments, ILogger<SpoolDrain> logger)
{
    private readonly ISpool? _spool = store.Spool;

    /// <summary>Whether the store can be asked; always, where there is no spool.</summary>
    public bool IsStoreReachable => _spool is null or { IsReachable: true };

    /// <summary>Drains a portion; true if there is more.</summary>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    public bool Work()
    {
        if (_spool is null or { SpooledCount: 0 } or { IsReachable: false }) return false;
        var drained = _spool.Drain(StorageLimits.DrainedEvents);
        foreach (var (agent, fromMs) in drained.Agents) rebuilds.Add(agent, fromMs);
        foreach (var rejected in drained.Rejected)
            Log.EventRejected(logger, rejected.Event.Agent.CompanyId, rejected.Event.Agent.AgentId, rejected.Event.EventId);
        instruments.Rejected(drained.Rejected.Count);
        if (drained.Count > 0 && _spool.SpooledCount == 0) Log.SpoolDrained(logger);
        return drained.Count > 0 && _spool.SpooledCount > 0;
    }

    /// <summary>Queues the agents of what an earlier run of the server left in the spool.</summary>
    public void QueueSpooled()
    {
        if (_spool is null) return;
        foreach (var spooled in _spool.ReadSpooled()) rebuilds.Add(spooled.Event.Agent, spooled.Event.OccurredAtMs);
    }
}
