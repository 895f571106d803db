namespace AgentStatus.Core.Timelines;

/// <summary>An effective status and the origin of the event that decided it. The default is unknown.</summary>
public readonly record struct Effective(Status Status, Origin Origin);
