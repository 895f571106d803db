namespace AgentStatus.Cli.Load;

/// <summary>How many calls have ended, and how late: percentiles to three digits.</summary>
internal readonly record struct LatencySummary(
    long Ended, TimeSpan P50, TimeSpan P90, TimeSpan P99, TimeSpan P999, TimeSpan Max);
