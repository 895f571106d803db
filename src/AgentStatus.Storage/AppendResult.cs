using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>What became of an appended event.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stored">The event that the store holds under this id: the appended one, or the earlier one.</param>
/// <param name="IsSpooled">
/// The event lies in this machine's spool and is on its way into the store, which does not answer: it survives a
/// restart of the machine, not the loss of its disk.
/// </param>
public readonly record struct AppendResult(AppendOutcome Outcome, StatusEvent Stored, bool IsSpooled = false);
