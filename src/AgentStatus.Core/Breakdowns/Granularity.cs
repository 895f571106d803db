namespace AgentStatus.Core.Breakdowns;

/// <summary>How a window is divided into buckets of local time. The numbers are those of the contract.</summary>
public enum Granularity
{
    Total = 1,
    Hour = 2,
    Day = 3,

    /// <summary>Seven dates, from Monday unless the question says otherwise.</summary>
    Week = 4,
    Month = 5,
    QuarterHour = 6,
    HalfHour = 7,
}
