namespace AgentStatus.Storage;

/// <summary>
/// The events that wait on this machine's disk while a shared store does not answer, and whether it does.
/// </summary>
public interface ISpool
{
    /// <summary>
    /// The store stopped answering. On the thread that found out, and in turn with <see cref="Recovered"/>; a
    /// handler may neither wait nor use the store.
    /// </summary>
    event Action<StoreUnreachableException> Degraded;

    /// <summary>The store answers again, after so long. Events may still be in the spool.</summary>
    event Action<TimeSpan> Recovered;

    /// <summary>Whether the store is asked: it was reached, and answered last.</summary>
    bool IsReachable { get; }

    /// <summary>How long the store has not answered, or not been reached since the start; null where it answers.</summary>
    TimeSpan? DegradedFor { get; }

    /// <summary>Events in the spool.</summary>
    long SpooledCount { get; }

    /// <summary>What the spool takes of its limit, in bytes; never 0.</summary>
    long SpooledBytes { get; }

    /// <summary>Opens the store; does nothing where that has been done. Any thread, also while others append.</summary>
    /// <exception cref="StoreUnreachableException">It does not answer: try again.</exception>
    /// <exception cref="StoreException">It refuses.</exception>
    void Connect();

    /// <summary>
    /// All spooled events, oldest first. Lazily: those that come or go meanwhile may be among them or not.
    /// </summary>
    IEnumerable<EventToAppend> ReadSpooled();

    /// <summary>
    /// Takes up to so many events from the spool into the store, oldest first. Nothing where the store does not
    /// answer. The appending thread only.
    /// </summary>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    DrainResult Drain(int most);
}
