namespace AgentStatus.Core.Hours;

/// <summary>What business hours may hold. Far above any real calendar: they stop a runaway generator.</summary>
public static class HoursLimits
{
    /// <summary>Intervals in one day's list: one for every minute of a day.</summary>
    public const int MaxIntervalsPerDay = 1_440;

    /// <summary>Dates in one list of holidays, exceptions or breaks: more than a century of days.</summary>
    public const int MaxDatesPerList = 50_000;

    /// <summary>Agents with an entry of their own in one company.</summary>
    public const int MaxAgentsPerCompany = 100_000;

    /// <summary>Dates and intervals in all lists of one company: 100,000 agents with an exception each, twice. A
    /// version of them is 14 MB as a document, and a store takes 16 MB.</summary>
    public const int MaxEntriesPerCompany = 400_000;

    /// <summary>Faults reported for one company or document: whoever has more starts with these.</summary>
    public const int MaxFaults = 100;
}
