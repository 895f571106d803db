using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>An event without its id, whose place among its neighbours says its order.</summary>
public readonly record struct MemoryEvent(long OccurredAtMs, Status Status, Origin Origin);
