namespace AgentStatus.Storage.Spool;

/// <summary>
/// A store's feed, as long as the store answers: one that does not is found out here too, where nobody writes.
/// </summary>
internal sealed class WatchedFeed(IChangeFeed feed, Circuit circuit) : IChangeFeed
{
    public Changes Read(bool periodsSettled)
    {
        if (circuit.Failure is { } known)
            throw new StoreUnreachableException(known.Message, known);
        try
        {
            return feed.Read(periodsSettled);
        }
        catch (StoreUnreachableException)
        {
            circuit.Suspect();
            throw;
        }
    }
}
