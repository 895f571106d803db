namespace AgentStatus.Core;

/// <summary>What a client records: immutable, identified by company and event id.</summary>
/// <param name="Status">Never <see cref="Status.Unknown"/>; one that the origin may carry.</param>
/// <param name="Origin">Never <see cref="Origin.None"/>.</param>
/// <param name="OccurredAtMs">When it happened: milliseconds since the Unix epoch, UTC, years 0001 to 9999.</param>
/// <param name="EventId">1 to 128 printable ASCII characters; unique in the company.</param>
public sealed record StatusEvent(AgentKey Agent, Status Status, Origin Origin, long OccurredAtMs, string EventId)
{
    /// <summary>The total order of an agent's events: by instant, then by id as ASCII bytes
    /// (docs/rules.md, Effective status).</summary>
    public static int Compare(StatusEvent left, StatusEvent right)
    {
        var byInstant = left.OccurredAtMs.CompareTo(right.OccurredAtMs);
        return byInstant != 0 ? byInstant : string.CompareOrdinal(left.EventId, right.EventId);
    }
}
