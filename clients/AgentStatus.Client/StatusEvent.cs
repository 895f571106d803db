namespace AgentStatus.Client;

/// <summary>A status event to record.</summary>
/// <param name="CompanyId">1 or more.</param>
/// <param name="AgentId">An agent of that company, 1 or more.</param>
/// <param name="Status">Must be one that the origin may carry.</param>
/// <param name="Origin">Who caused it.</param>
public sealed record StatusEvent(long CompanyId, long AgentId, Status Status, StatusOrigin Origin)
{
    /// <summary>When it happened, to the millisecond; at most 5 s in the future. Null, the default: now, by the
    /// server's clock.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>1 to 128 printable ASCII characters; the same id is stored once per company. Null, the default: the
    /// client makes one for this request.</summary>
    public string? EventId { get; init; }

    internal RecordStatusRequest ToRequest(Guid newId) => new()
    {
        CompanyId = CompanyId,
        AgentId = AgentId,
        Status = Status,
        Origin = Origin,
        OccurredAt = OccurredAt.ToTimestamp(),
        EventId = EventId ?? newId.ToString(),
    };
}
