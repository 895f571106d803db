using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>What became of an appended event.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stored">The event that the store holds under this id: the appended one, or the earlier one.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, StatusEvent Stored);
