namespace AgentStatus.Storage;

/// <summary>The events that wait on this machine's disk while a shared store does not answer, and whether it
/// does.</summary>
public interface ISpool
{
    /// <summary>The store stopped answering. On the thread that found out, and in turn with <see cref="Recovered"/>; a
    /// handler may neither wait nor use the store.</summary>
    event Action<StoreUnreachableException> Degraded;

    /// <summary>The store answers again, after so long. Events may still be in the spool.</summary>
    event Action<TimeSpan> Recovered;

    /// <summary>A read failed while the store answers otherwise: writes go on. At each; any thread. A handler may
    /// neither wait nor use the store.</summary>
    event Action<StoreUnreachableException> ReadFailed;

    /// <summary>Whether the store is asked: it was reached, and answered last.</summary>
    bool IsReachable { get; }

    /// <summary>How long the store has not answered, or was not reached since the start; null: it answers.</summary>
    TimeSpan? DegradedFor { get; }

    /// <summary>Events and retractions in the spool.</summary>
    long SpooledCount { get; }

    /// <summary>What the spool takes of its limit, in bytes; never 0.</summary>
    long SpooledBytes { get; }

    /// <summary>Opens the store; does nothing where that has been done. Any thread, also while others append.</summary>
    /// <exception cref="StoreUnreachableException">It does not answer: try again.</exception>
    /// <exception cref="StoreException">It refuses.</exception>
    void Connect();

    /// <summary>All spooled events, oldest first. Lazily: those that come or go meanwhile may be among them or
    /// not.</summary>
    IEnumerable<EventToAppend> ReadSpooled();

    /// <summary>Takes up to so many events from the spool into the store, oldest first. Nothing where the store does
    /// not answer. The appending thread only.</summary>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    DrainResult Drain(int most);
}

/// <summary>What one portion of the spool came to.</summary>
/// <param name="Stored">Events that are now in the store.</param>
/// <param name="Identical">Events that were in the store already: their first write had come through after all, or
/// their senders had sent them elsewhere. And those that were erased.</param>
/// <param name="Rejected">Events whose ids other events have in the store: kept aside, and not to count any
/// longer.</param>
/// <param name="Retractions">Retractions that are now in the store.</param>
/// <param name="Agents">All agents that these events are of, and those of the events that stand in place of rejected
/// ones. What memory holds of them from the instant on may be wrong: they are to be read anew.</param>
public sealed record DrainResult(
    int Stored,
    int Identical,
    IReadOnlyList<RejectedEvent> Rejected,
    int Retractions,
    IReadOnlyList<AgentChange> Agents)
{
    /// <summary>Nothing left the spool: it is empty, or the store does not answer.</summary>
    public static DrainResult Nothing { get; } = new(0, 0, [], 0, []);

    /// <summary>What left the spool.</summary>
    public int Count => Stored + Identical + Rejected.Count + Retractions;
}

/// <summary>An event that came from a spool and found another one stored under its id.</summary>
/// <param name="Event">The event, as it was acknowledged.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
/// <param name="RejectedAtMs">When it was found that another event has its id.</param>
public readonly record struct RejectedEvent(StatusEvent Event, long RecordedAtMs, long RejectedAtMs);
