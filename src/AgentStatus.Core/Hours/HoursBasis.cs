namespace AgentStatus.Core.Hours;

/// <summary>Which hours versions judge the past.</summary>
public enum HoursBasis
{
    /// <summary>Each version over the time in which it was in force.</summary>
    AsRecorded,

    /// <summary>The latest version over all time.</summary>
    AsNow,
}
