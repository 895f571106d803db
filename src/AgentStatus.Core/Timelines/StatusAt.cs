using System.Runtime.InteropServices;

namespace AgentStatus.Core.Timelines;

/// <summary>What an agent is at an instant.</summary>
/// <param name="Origin">The origin of the event that decided; none while unknown.</param>
/// <param name="SinceMs">Start of the timeline's interval, milliseconds since the Unix epoch; meaningless while
/// unknown, or <see cref="Timeline.NotLoaded"/> where the interval began before what is in memory: ask the store
/// then.</param>
/// <param name="Label">The number of the label under the status; 0: none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StatusAt(Status Status, Origin Origin, long SinceMs, ushort Label = 0)
{
    /// <summary>Whether <see cref="SinceMs"/> has to be looked up in the store.</summary>
    public bool NeedsStore => SinceMs == Timeline.NotLoaded;
}

/// <summary>An effective status, the origin of the event that decided it, and the number of the label under it (0:
/// none). The default is unknown.</summary>
public readonly record struct EffectiveStatus(Status Status, Origin Origin, ushort Label = 0)
{
    /// <summary>Whether the explicit layer decides, so that its label is the answer's.</summary>
    internal bool IsChosen => Origin is Origin.Agent or Origin.Supervisor or Origin.System;
}

/// <summary>One interval [StartMs, EndMs) of a timeline, or the part of it inside a window.</summary>
public readonly record struct StatusInterval(long StartMs, long EndMs, EffectiveStatus Effective)
{
    /// <summary>Elapsed milliseconds.</summary>
    public long LengthMs => EndMs - StartMs;
}
