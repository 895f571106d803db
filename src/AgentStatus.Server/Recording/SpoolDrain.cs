using AgentStatus.Core;
using AgentStatus.Storage;
using AgentStatus.Storage.Spool;

namespace AgentStatus.Server.Recording;

/// <summary>
/// Brings what was spooled into the store again, a portion at a time, between batches. Whatever concerns its agents is
/// then owed: only the store knows the order of events of one instant, and what was written under their ids. The
/// writer's thread only.
/// </summary>
internal sealed class SpoolDrain(IStatusStore store, OwedAgents owed, Instruments instruments, ILogger<SpoolDrain> logger)
{
    private readonly SpoolingStore? _spool = store as SpoolingStore;

    /// <summary>Whether the store can be asked; always, where there is no spool.</summary>
    public bool IsStoreReachable => _spool is null or { IsReachable: true };

    /// <summary>Drains a portion; true if there is more.</summary>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    public bool Work()
    {
        if (_spool is null or { SpooledCount: 0 } or { IsReachable: false }) return false;
        var drained = _spool.Drain(Limits.DrainedEvents);
        foreach (var agent in drained.Agents) owed.Add(agent.Agent, agent.EarliestOccurredAtMs, reload: true);
        foreach (var rejected in drained.Rejected)
            Log.EventRejected(logger, rejected.Event.Agent.CompanyId, rejected.Event.Agent.AgentId, rejected.Event.EventId);
        instruments.Rejected(drained.Rejected.Count);
        if (drained.Count > 0 && _spool.SpooledCount == 0) Log.SpoolDrained(logger);
        return drained.Count > 0 && _spool.SpooledCount > 0;
    }

    /// <summary>What an earlier run of the server left in the spool is not in memory yet.</summary>
    public void OweSpooled()
    {
        if (_spool is null) return;
        foreach (var spooled in _spool.ReadSpooled()) owed.Add(spooled.Event.Agent, spooled.Event.OccurredAtMs, reload: true);
    }
}
