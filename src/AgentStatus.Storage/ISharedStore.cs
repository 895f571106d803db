using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage;

/// <summary>A store that several servers use at the same time: each follows what the others store.</summary>
public interface ISharedStore : IStatusStore
{
    /// <summary>
    /// Begins to follow the other servers. Once, before <see cref="IStatusStore.ReadMemory"/>: whatever that may
    /// miss, the feed gives.
    /// </summary>
    IChangeFeed Follow();

    /// <summary>
    /// The agents' offline periods that ended after an instant or last, by agent, each agent's by start. In the time
    /// that a write has. Any thread.
    /// </summary>
    ILookup<AgentKey, OfflinePeriod> ReadOfflinePeriodsOf(IReadOnlyCollection<AgentKey> agents, long afterMs);

    /// <summary>
    /// Asks the store whether it would take and confirm a write now, in the time that a write has. Any thread, also
    /// while a batch is open.
    /// </summary>
    /// <exception cref="StoreUnreachableException">It would not.</exception>
    void Probe();

    /// <summary>
    /// Keeps, for people to read, events that were acknowledged from a spool and could not be stored. Idempotent:
    /// the same event (company, id and content) is kept once, as it came first; one event id may have several
    /// contents. Returns when they are durable. The writer's thread only.
    /// </summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: adding the same again finds out.</exception>
    void AddRejected(IReadOnlyList<RejectedEvent> rejected);
}
