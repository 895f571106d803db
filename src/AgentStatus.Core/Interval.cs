namespace AgentStatus.Core;

/// <summary>A stretch of time [StartMs, EndMs), in milliseconds since the Unix epoch, UTC.</summary>
public readonly record struct Interval(long StartMs, long EndMs)
{
    /// <summary>Elapsed milliseconds.</summary>
    public long LengthMs => EndMs - StartMs;
}
