namespace AgentStatus.Core;

/// <summary>What a client records: immutable, identified by company and event id.</summary>
/// <param name="Status">Never <see cref="Status.Unknown"/>; one that the origin may carry.</param>
/// <param name="Origin">Never <see cref="Origin.None"/>.</param>
/// <param name="OccurredAtMs">When it happened: milliseconds since the Unix epoch, UTC, years 0001 to 9999.</param>
/// <param name="EventId">1 to 128 printable ASCII characters; unique in the company.</param>
public sealed record StatusEvent(AgentKey Agent, Status Status, Origin Origin, long OccurredAtMs, string EventId)
{
    /// <summary>Orders events of one instant; 0 where the sender gave none.</summary>
    public long Sequence { get; init; }

    /// <summary>The call, of a CALL event: 1 or more; 0: the unnamed one.</summary>
    public long CallId { get; init; }

    /// <summary>The device, of an APP or AGENT event: 1 to 64 printable ASCII characters; empty: none was
    /// named.</summary>
    public string DeviceId { get; init; } = "";

    /// <summary>The company's own name under the status, of an AGENT, SUPERVISOR or SYSTEM event; empty:
    /// none.</summary>
    public string Label { get; init; } = "";

    /// <summary>Which person or rule caused it, for people to read; empty: not said.</summary>
    public string Actor { get; init; } = "";

    /// <summary>The total order of an agent's events: by instant, then by sequence, then by id as ASCII bytes
    /// (docs/rules.md, Effective status).</summary>
    public static int Compare(StatusEvent left, StatusEvent right)
    {
        var byInstant = left.OccurredAtMs.CompareTo(right.OccurredAtMs);
        if (byInstant != 0) return byInstant;
        var bySequence = left.Sequence.CompareTo(right.Sequence);
        return bySequence != 0 ? bySequence : string.CompareOrdinal(left.EventId, right.EventId);
    }
}
