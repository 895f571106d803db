namespace AgentStatus.Client;

/// <summary>The rings of one ring group for one call.</summary>
/// <param name="CompanyId">1 or more.</param>
/// <param name="Targets">Whom the group rang and how each ring ended; at most 1,000.</param>
public sealed record GroupRing(long CompanyId, IReadOnlyList<RingTarget> Targets)
{
    /// <summary>The call; 0, the default, where it has no id yet. Not stored, and never changes a result.</summary>
    public long CallId { get; init; }

    /// <summary>The ring group; 0, the default, where there is none. Never changes a result.</summary>
    public long RingGroupId { get; init; }

    /// <summary>The group's rule. Unspecified, the default: Always. Never changes a result.</summary>
    public QueueRule QueueRule { get; init; }

    /// <summary>The routing time, to the millisecond; at most 5 s in the future. Null, the default: now.</summary>
    public DateTimeOffset? RingAt { get; init; }

    internal ClassifyRingTargetsRequest ToRequest() => new()
    {
        CompanyId = CompanyId,
        CallId = CallId,
        RingGroupId = RingGroupId,
        QueueRule = QueueRule,
        RingAt = RingAt.ToTimestamp(),
        Targets = { Targets },
    };

    internal StreamRingTargetsRequest ToStreamRequest(ulong requestId) => new()
    {
        RequestId = requestId,
        CompanyId = CompanyId,
        CallId = CallId,
        RingGroupId = RingGroupId,
        QueueRule = QueueRule,
        RingAt = RingAt.ToTimestamp(),
        Targets = { Targets },
    };
}
