namespace AgentStatus.Core.Timelines;

/// <summary>What an agent is at an instant.</summary>
/// <param name="Origin">The origin of the event that decided; none while unknown.</param>
/// <param name="SinceMs">Start of the timeline's interval, milliseconds since the Unix epoch; meaningless while
/// unknown, or <see cref="Timeline.NotLoaded"/> where the interval began before what is in memory: ask the store
/// then.</param>
public readonly record struct StatusAt(Status Status, Origin Origin, long SinceMs)
{
    /// <summary>Whether <see cref="SinceMs"/> has to be looked up in the store.</summary>
    public bool NeedsStore => SinceMs == Timeline.NotLoaded;
}

/// <summary>An effective status and the origin of the event that decided it. The default is unknown.</summary>
public readonly record struct EffectiveStatus(Status Status, Origin Origin);

/// <summary>One interval [StartMs, EndMs) of a timeline, or the part of it inside a window.</summary>
public readonly record struct StatusInterval(long StartMs, long EndMs, EffectiveStatus Effective)
{
    /// <summary>Elapsed milliseconds.</summary>
    public long LengthMs => EndMs - StartMs;
}
