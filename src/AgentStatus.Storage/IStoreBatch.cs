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
    /// Appends the events in order; an event id may come twice. A company's event id is stored once: the answer to each
    /// event says what became of it.
    /// </summary>
    IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events);

    /// <summary>Adds an hours version. One with the same company and instant replaces it.</summary>
    void AddHours(StoredHours hours);

    /// <summary>
    /// Makes the agent's offline periods from <paramref name="fromMs"/> on exactly these: every stored one that
    /// <see cref="IStatusStore.ReadOfflinePeriods"/> would give for it goes, these come. One with the start of a stored
    /// one replaces it, also where that one ended at or before <paramref name="fromMs"/>: a late event can prolong it.
    /// </summary>
    void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods);

    /// <summary>Returns when everything of this batch is durable.</summary>
    void Commit();
}
