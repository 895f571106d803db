namespace AgentStatus.Storage.Spool;

/// <summary>
/// A store's feed, as long as the store answers: one that does not is found out here too, where nobody writes.
/// </summary>
internal sealed class ReachableFeed(IChangeFeed feed, ReachableStore store) : IChangeFeed
{
    public Changes Read() => store.Ask(_ => feed.Read());
}
