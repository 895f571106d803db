namespace AgentStatus.Core.Timelines;

/// <summary>One interval [StartMs, EndMs) of a timeline, or the part of it inside a window.</summary>
public readonly record struct StatusInterval(long StartMs, long EndMs, Effective Effective)
{
    /// <summary>Elapsed milliseconds.</summary>
    public long LengthMs => EndMs - StartMs;
}
