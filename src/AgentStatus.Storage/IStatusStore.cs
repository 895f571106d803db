using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage;

/// <summary>
/// Keeps status events, hours versions and offline periods for good. Every store passes the same contract suite.
/// </summary>
/// <remarks>
/// Calls block. One thread writes (<see cref="BeginBatch"/>); reads are safe from any thread, also while a batch is open, and see
/// what was committed before they began. Every call throws <see cref="StoreException"/> and nothing else when the store
/// cannot do what was asked.
/// </remarks>
public interface IStatusStore : IEventReader, IDisposable
{
    /// <summary>Where the store is, for people to read; no credentials.</summary>
    string Description { get; }

    /// <summary>
    /// All that memory needs, by company and agent: of each agent the last event of each origin before the horizon, and all
    /// events from the horizon on, in the agent's total order. Read lazily, in one pass; no event ids but where order needs them.
    /// </summary>
    IEnumerable<AgentEvents> ReadMemory(long horizonMs);

    /// <summary>All hours versions, by company and instant.</summary>
    IEnumerable<StoredHours> ReadHours();

    /// <summary>
    /// The agent's offline periods that began at or after <paramref name="fromMs"/>, and the one that began before it and
    /// ended after it or lasts; by start.
    /// </summary>
    IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs);

    /// <summary>
    /// The agents of the company that have an offline period to compute anew for the hours version in force from
    /// <paramref name="hoursInForceFromMs"/>: one computed without hours, or one that lasts or ended after that instant and
    /// was computed with an older version. Without order.
    /// </summary>
    IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs);

    /// <summary>Begins the next unit of writing. The writer's thread only; one at a time.</summary>
    IStoreBatch BeginBatch();
}

/// <summary>Reads events of one agent.</summary>
public interface IEventReader
{
    /// <summary>
    /// The agent's events with <paramref name="fromMs"/> &lt;= OccurredAtMs &lt; <paramref name="toMs"/>, preceded by the last event
    /// of each origin before <paramref name="fromMs"/>, all in total order.
    /// </summary>
    IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs);
}

/// <summary>
/// One unit of writing: events, hours versions and the offline periods that follow from them. Its reads see its own writes.
/// Disposed without <see cref="Commit"/>, a transactional store has written nothing.
/// </summary>
public interface IStoreBatch : IEventReader, IDisposable
{
    /// <summary>
    /// Appends the events in order; an event id may come twice. A company's event id is stored once: the answer to each event
    /// says what became of it.
    /// </summary>
    IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events);

    /// <summary>Adds an hours version. One with the same company and instant replaces it.</summary>
    void AddHours(StoredHours hours);

    /// <summary>
    /// Makes the agent's offline periods from <paramref name="fromMs"/> on exactly these: every stored one that
    /// <see cref="IStatusStore.ReadOfflinePeriods"/> would give for it goes, these come.
    /// </summary>
    void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods);

    /// <summary>Returns when everything of this batch is durable.</summary>
    void Commit();
}

/// <summary>An event on its way into the store.</summary>
/// <param name="Event">The event, complete.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
/// <param name="AnyOccurredAt">
/// The sender left occurred_at empty: the same id with otherwise equal content is a duplicate, whatever its instant
/// (design.md, section 7).
/// </param>
public readonly record struct EventToAppend(StatusEvent Event, long RecordedAtMs, bool AnyOccurredAt);

/// <summary>What became of an appended event.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stored">The event that the store holds under this id: the appended one, or the earlier one.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, StatusEvent Stored);

/// <summary>What became of an appended event.</summary>
public enum AppendOutcome
{
    /// <summary>It is new.</summary>
    Stored,

    /// <summary>The same id with the same content was stored before.</summary>
    Duplicate,

    /// <summary>The same id was stored before with other content; the stored one stands.</summary>
    Conflict,
}

/// <summary>An hours version as stored.</summary>
/// <param name="CompanyId">The company.</param>
/// <param name="InForceFromMs">Since when it is in force.</param>
/// <param name="Json">The content, canonical JSON (design.md, section 5).</param>
public readonly record struct StoredHours(long CompanyId, long InForceFromMs, string Json);

/// <summary>One agent's events for memory.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="Events">In total order. The reader's buffer: valid until the next agent is read.</param>
public readonly record struct AgentEvents(AgentKey Agent, IReadOnlyList<MemoryEvent> Events);

/// <summary>An event without its id, whose place among its neighbours says its order.</summary>
public readonly record struct MemoryEvent(long OccurredAtMs, Status Status, Origin Origin);

/// <summary>The store cannot do what was asked: it is full, broken, locked or out of reach.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
