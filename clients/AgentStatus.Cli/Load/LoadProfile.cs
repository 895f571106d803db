namespace AgentStatus.Cli.Load;

/// <summary>What a load is made of.</summary>
internal enum LoadProfile
{
    /// <summary>ClassifyRingTarget, as CIP calls it.</summary>
    Ring,

    /// <summary>RecordStatus, as apps and people cause it.</summary>
    Record,

    /// <summary>GetBreakdown of the last 30 days in days, 20 agents a call, as reports call it.</summary>
    Breakdown,

    /// <summary>Of 1,000 calls: 900 rings, 99 status events, 1 breakdown.</summary>
    Mixed,
}
