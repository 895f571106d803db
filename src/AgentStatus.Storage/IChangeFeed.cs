namespace AgentStatus.Storage;

/// <summary>What other servers store, in the order in which it is found. Calls block.</summary>
public interface IChangeFeed
{
    /// <summary>
    /// Everything that other servers stored since the last call. One thread reads, and again only when what the last call gave
    /// is in memory.
    /// </summary>
    /// <exception cref="StoreException">Nothing is lost: the next call gives it.</exception>
    Changes Read();

    /// <summary>
    /// All offline periods are written that follow from the events that this server has stored and was given so far. If it dies,
    /// the others compute anew those of which this was not said. The writer's thread, between batches; cheap.
    /// </summary>
    void PeriodsSettled();
}
