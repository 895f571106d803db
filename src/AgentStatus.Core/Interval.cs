namespace AgentStatus.Core;

/// <summary>A stretch of time [start, end): milliseconds since the Unix epoch, UTC; end is later than start.</summary>
public readonly record struct Interval(long StartMs, long EndMs)
{
    /// <summary>Elapsed time in milliseconds.</summary>
    public long DurationMs => EndMs - StartMs;
}
