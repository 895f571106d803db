using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>One agent's events for memory.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="Events">In total order. The reader's buffer: valid until the next agent is read.</param>
public readonly record struct AgentEvents(AgentKey Agent, IReadOnlyList<MemoryEvent> Events);
