using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage;

/// <summary>What an agent's stored offline periods are to be from an instant on.</summary>
/// <param name="FromMs">Stored periods that end after it, or last, go.</param>
/// <param name="Periods">The periods that come instead; by start.</param>
public readonly record struct PeriodReplacement(AgentKey Agent, long FromMs, IReadOnlyList<OfflinePeriod> Periods);
