namespace AgentStatus.Client;

/// <summary>One attempt to ring one agent for one call.</summary>
/// <param name="CompanyId">1 or more.</param>
/// <param name="AgentId">The agent that was rung, 1 or more.</param>
public sealed record Ring(long CompanyId, long AgentId)
{
    /// <summary>The call; 0, the default, where it has no id yet. Not stored, and never changes a result.</summary>
    public long CallId { get; init; }

    /// <summary>The ring group; 0, the default, where there is none. Never changes a result.</summary>
    public long RingGroupId { get; init; }

    /// <summary>The group's rule. Unspecified, the default: Always. Never changes a result.</summary>
    public QueueRule QueueRule { get; init; }

    /// <summary>The routing time, to the millisecond; at most 5 s in the future. Null, the default: now.</summary>
    public DateTimeOffset? RingAt { get; init; }

    /// <summary>How the ring ended. Unspecified, the default: not answered (also while it still rings).</summary>
    public RingOutcome Outcome { get; init; }

    internal ClassifyRingTargetRequest ToRequest() => new()
    {
        CompanyId = CompanyId,
        AgentId = AgentId,
        CallId = CallId,
        RingGroupId = RingGroupId,
        QueueRule = QueueRule,
        RingAt = RingAt.ToTimestamp(),
        Outcome = Outcome,
    };
}
