using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What an agent's offline periods are from an instant on.</summary>
internal sealed record PeriodReplacement(AgentKey Agent, long FromMs, IReadOnlyList<OfflinePeriod> Periods)
{
    /// <summary>
    /// Whether a stored period of the agent goes where none takes its place: it lasted after the instant.
    /// </summary>
    public bool Removes(long? endedAtMs) => !(endedAtMs <= FromMs);
}
