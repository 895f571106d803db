using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>What one portion of the spool came to.</summary>
/// <param name="Stored">Events that are now in the store.</param>
/// <param name="Identical">
/// Events that were in the store already: their first write had come through after all, or their senders had sent
/// them elsewhere.
/// </param>
/// <param name="Rejected">
/// Events whose ids other events have in the store: kept aside, and not to count any longer.
/// </param>
/// <param name="Agents">
/// All agents that these events are of, and those of the events that stand in place of rejected ones. What memory
/// holds of them from the instant on may be wrong: they are to be read anew.
/// </param>
public sealed record DrainResult(
    int Stored, int Identical, IReadOnlyList<RejectedEvent> Rejected, IReadOnlyList<AgentChange> Agents)
{
    /// <summary>Nothing left the spool: it is empty, or the store does not answer.</summary>
    public static DrainResult Nothing { get; } = new(0, 0, [], []);

    /// <summary>Events that left the spool.</summary>
    public int Count => Stored + Identical + Rejected.Count;
}
