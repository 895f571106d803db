using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage;

/// <summary>
/// One unit of writing: events, hours versions and the offline periods that follow from them. Its reads see its own
/// writes. Disposed without <see cref="Commit"/>, a transactional store has written nothing.
/// </summary>
public interface IStoreBatch : IEventReader, IDisposable
{
    /// <summary>
    /// Whether events and hours versions are durable as soon as they are added: then a <see cref="Commit"/> that fails
    /// loses offline periods alone, which can be computed anew. Otherwise it loses everything.
    /// </summary>
    bool AddsAtOnce { get; }

    /// <summary>
    /// Appends the events in order; an event id may come twice. A company's event id is stored once: the answer to each
    /// event says what became of it.
    /// </summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: some may be stored, or come to be.</exception>
    IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events);

    /// <summary>
    /// Adds an hours version under its number, and returns the one that stands there: this one, or one that was there
    /// before, which nothing replaces.
    /// </summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: adding the same again finds out.</exception>
    StoredHours AddHours(StoredHours hours);

    /// <summary>
    /// Makes the agent's offline periods from <paramref name="fromMs"/> on exactly these: every stored one that
    /// <see cref="IStatusStore.ReadOfflinePeriods"/> would give for it goes, these come. One with the start of a stored
    /// one replaces it, also where that one ended at or before <paramref name="fromMs"/>: a late event can prolong it.
    /// </summary>
    void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods);

    /// <summary>Returns when everything of this batch is durable.</summary>
    void Commit();
}
