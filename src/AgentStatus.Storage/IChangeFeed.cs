namespace AgentStatus.Storage;

/// <summary>What other servers store, in the order in which it is found. One thread reads; reads block.</summary>
public interface IChangeFeed
{
    /// <summary>Everything that other servers stored since the last reading. Read again only when all that was given is
    /// in memory, or all but what the last reading gave if that said that there is more to read.</summary>
    /// <exception cref="StoreException">Nothing is lost: the next reading gives it.</exception>
    Changes Read();
}

/// <summary>What other servers stored.</summary>
/// <param name="Events">In no order; one may have been given before.</param>
/// <param name="Hours">Hours versions; one may have been given before.</param>
/// <param name="Retracted">Events that another server retracted, as far as they are stored; one may have been given
/// before.</param>
/// <param name="Erased">Erasures that began and ended while this server was not followed: what memory has of whom they
/// were of may be gone from the store.</param>
/// <param name="KnownThroughMs">Every event that any server acknowledged as stored before this instant, by the store's
/// clock, has now been given or was in the store when following began. Null: there is more to read, call again.</param>
/// <param name="StoreAheadMs">How far the store's clock is ahead of this machine's; negative: behind.</param>
/// <param name="GivenThrough">Of each other server the number through which everything has now been given, or can never
/// come.</param>
public sealed record Changes(
    IReadOnlyList<StatusEvent> Events,
    IReadOnlyList<StoredHours> Hours,
    IReadOnlyList<StatusEvent> Retracted,
    IReadOnlyList<EndedErasure> Erased,
    long? KnownThroughMs,
    long StoreAheadMs,
    IReadOnlyList<ServerNumber> GivenThrough);
