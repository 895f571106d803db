namespace AgentStatus.Storage;

/// <summary>What other servers store, in the order in which it is found. One thread reads; reads block.</summary>
public interface IChangeFeed
{
    /// <summary>
    /// Everything that other servers stored since the last reading. Read again only when what the last reading gave is
    /// in memory.
    /// </summary>
    /// <exception cref="StoreException">Nothing is lost: the next reading gives it.</exception>
    Changes Read();
}
