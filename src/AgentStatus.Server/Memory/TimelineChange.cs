namespace AgentStatus.Server.Memory;

/// <summary>An agent's timeline as it was shown before and as it is shown now.</summary>
/// <param name="FromMs">Before this instant both say the same; milliseconds since the Unix epoch.</param>
internal readonly record struct TimelineChange(AgentKey Agent, Timeline Before, Timeline After, long FromMs);
