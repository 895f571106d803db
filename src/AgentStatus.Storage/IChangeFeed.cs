namespace AgentStatus.Storage;

/// <summary>What other servers store, in the order in which it is found. One thread reads; calls block.</summary>
public interface IChangeFeed
{
    /// <summary>
    /// Everything that other servers stored since the last call. Call again only when what the last call gave is in
    /// memory.
    /// </summary>
    /// <param name="periodsSettled">
    /// Whether all offline periods that follow from this server's own events, and from the changes given so far, are
    /// written. To be found out after the last call returned, and while no batch is open: an event stored in one may
    /// lack its periods. If this server dies, the others compute those anew of which this was not said.
    /// </param>
    /// <exception cref="StoreException">Nothing is lost: the next call gives it.</exception>
    Changes Read(bool periodsSettled);
}
