using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage;

/// <summary>
/// Keeps status events, hours versions and offline periods for good. Every store passes the same contract suite.
/// </summary>
/// <remarks>
/// Calls block. One thread writes (<see cref="BeginBatch"/>); reads are safe from any thread, also while a batch is
/// open, and see what was committed before they began. Every call throws <see cref="StoreException"/> and nothing else
/// when the store cannot do what was asked.
/// </remarks>
public interface IStatusStore : IEventReader, IDisposable
{
    /// <summary>Where the store is, for people to read; no credentials.</summary>
    string Description { get; }

    /// <summary>
    /// All that memory needs, by company and agent: of each agent the last event of each origin before the horizon, and
    /// all events from the horizon on, in the agent's total order. Read lazily, in one pass; no event ids but where
    /// order needs them.
    /// </summary>
    IEnumerable<AgentEvents> ReadMemory(long horizonMs);

    /// <summary>All hours versions, by company and number.</summary>
    IEnumerable<StoredHours> ReadHours();

    /// <summary>
    /// The agent's offline periods that began at or after <paramref name="fromMs"/>, and the one that began before it
    /// and ended after it or lasts; by start.
    /// </summary>
    IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs);

    /// <summary>
    /// The agents of the company that have an offline period to compute anew for the hours version in force from
    /// <paramref name="hoursInForceFromMs"/>: one computed without hours, or one that lasts or ended after that instant
    /// and was computed with an older version. Without order.
    /// </summary>
    IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs);

    /// <summary>Begins the next unit of writing. The writer's thread only; one at a time.</summary>
    IStoreBatch BeginBatch();
}
