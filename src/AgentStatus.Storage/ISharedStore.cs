namespace AgentStatus.Storage;

/// <summary>A store that several servers use at the same time: each follows what the others store.</summary>
public interface ISharedStore : IStatusStore
{
    /// <summary>
    /// Begins to follow the other servers. Once, before <see cref="IStatusStore.ReadMemory"/>: whatever that may miss, the feed
    /// gives.
    /// </summary>
    IChangeFeed Follow();
}
