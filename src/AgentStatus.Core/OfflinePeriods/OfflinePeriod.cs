namespace AgentStatus.Core.OfflinePeriods;

/// <summary>One interval of effective OFFLINE of an agent, whatever the origins, and what business hours make of it.
/// Derived from the agent's events and the company's hours versions; identified by agent and start.</summary>
/// <param name="StartedAtMs">When it began: raw, not clipped.</param>
/// <param name="EndedAtMs">When it ended, raw; null while it lasts.</param>
/// <param name="BusinessPeriods">The parts inside business hours, sorted and disjoint, as far as computed; null while
/// the company's hours are not known, or the agent's have a fault.</param>
/// <param name="ComputedThroughMs">Up to when the business periods are computed: the end, or for one that lasts the
/// instant of the computation.</param>
/// <param name="HoursInForceFromMs">The latest hours version that the computation knew, by its instant; null while the
/// company's hours are not known.</param>
/// <param name="HoursFault">The fault in the agent's entry, in a version that is in force anywhere in the period: field
/// and reason; null: there is none.</param>
public sealed record OfflinePeriod(
    AgentKey Agent,
    long StartedAtMs,
    long? EndedAtMs,
    IReadOnlyList<Interval>? BusinessPeriods,
    long ComputedThroughMs,
    long? HoursInForceFromMs,
    string? HoursFault = null)
{
    /// <summary>Total length of the business periods in milliseconds; null where these are.</summary>
    public long? BusinessMs => BusinessPeriods?.Sum(period => period.LengthMs);

    public bool Equals(OfflinePeriod? other) =>
        other is not null
        && Agent == other.Agent
        && StartedAtMs == other.StartedAtMs
        && EndedAtMs == other.EndedAtMs
        && ComputedThroughMs == other.ComputedThroughMs
        && HoursInForceFromMs == other.HoursInForceFromMs
        && HoursFault == other.HoursFault
        && (BusinessPeriods is null
            ? other.BusinessPeriods is null
            : other.BusinessPeriods is not null && BusinessPeriods.SequenceEqual(other.BusinessPeriods));

    public override int GetHashCode() => HashCode.Combine(Agent, StartedAtMs, EndedAtMs, ComputedThroughMs);
}
