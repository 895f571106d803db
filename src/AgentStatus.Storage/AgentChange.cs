using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>An agent whose timeline may have changed.</summary>
/// <param name="FromMs">The earliest instant that may have changed, in milliseconds since the Unix epoch.</param>
public readonly record struct AgentChange(AgentKey Agent, long FromMs);
