namespace AgentStatus.Storage;

/// <summary>One agent's events for memory.</summary>
/// <param name="Events">In total order. The reader's buffer: valid until the next agent is read.</param>
public readonly record struct AgentEvents(AgentKey Agent, IReadOnlyList<MemoryEvent> Events);

/// <summary>An event without its id, whose place among its neighbours says its order.</summary>
public readonly record struct MemoryEvent(long OccurredAtMs, Status Status, Origin Origin);
