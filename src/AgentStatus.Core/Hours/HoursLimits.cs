namespace AgentStatus.Core.Hours;

/// <summary>What business hours may hold. Far above any real calendar: they stop a runaway generator.</summary>
public static class HoursLimits
{
    /// <summary>Intervals in one day's list: as many as a day has minutes.</summary>
    public const int MaxIntervalsPerDay = 1_440;

    /// <summary>Dates or ranges in one list of holidays, exceptions or breaks: more than a century of days.</summary>
    public const int MaxDatesPerList = 50_000;

    /// <summary>Agents with an entry of their own in one company.</summary>
    public const int MaxAgentsPerCompany = 100_000;

    /// <summary>Dates and intervals in all lists of one company: 100,000 agents with an exception each, twice. A
    /// version of them is 14 MB as a document, and a store takes 16 MB.</summary>
    public const int MaxEntriesPerCompany = 400_000;

    /// <summary>Agents whose entry has a fault; of more the company's hours are refused as a whole. Each fault is kept
    /// with the version, 2 MB in all.</summary>
    public const int MaxFaultyAgents = 10_000;

    /// <summary>Characters of a fault's field, and of its reason, that are kept with a version.</summary>
    public const int MaxKeptFaultChars = 160;

    /// <summary>Faults reported for one company or document: whoever has more starts with these.</summary>
    public const int MaxFaults = 100;
}
