namespace AgentStatus.Storage;

/// <summary>What a store that several servers use at the same time can do besides.</summary>
public interface ISharedStore
{
    /// <summary>Begins to follow the other servers. Once, before <see cref="IStatusStore.ReadMemory"/>: whatever that
    /// may miss, the feed gives.</summary>
    IChangeFeed Follow();

    /// <summary>Asks the store whether it would take and confirm a write now, in the time that a write has. Any
    /// thread.</summary>
    /// <exception cref="StoreUnreachableException">It would not.</exception>
    void Probe();

    /// <summary>Keeps, for people to read, events that were acknowledged from a spool and could not be stored.
    /// Idempotent: the same event (company, id and content) is kept once, as it came first; one event id may have
    /// several contents. Returns when they are durable. The appending thread only.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: adding the same again finds out.</exception>
    void AddRejected(IReadOnlyList<RejectedEvent> rejected);
}
