using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What an agent's offline periods are from an instant on.</summary>
internal sealed record PeriodReplacement(AgentKey Agent, long FromMs, IReadOnlyList<OfflinePeriod> Periods)
{
    /// <summary>
    /// Whether a stored period of the agent goes: it lasted after the instant, and none takes its place.
    /// </summary>
    public bool Removes(long startedAtMs, long? endedAtMs)
    {
        if (endedAtMs <= FromMs)
            return false;
        foreach (var period in Periods)
        {
            if (period.StartedAtMs == startedAtMs)
                return false;
        }

        return true;
    }
}
