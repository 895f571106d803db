namespace AgentStatus.Core.Timelines;

/// <summary>Builds a timeline from events in total order. Reusable: a built timeline shares nothing with it.</summary>
public sealed class TimelineBuilder
{
    private long[] _events = new long[64];

    /// <summary>Events added since the last build.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the next event.</summary>
    public void Add(long occurredAtMs, Status status, Origin origin) =>
        Add(PackedEvent.Pack(occurredAtMs, LayerState.None, status, origin));

    /// <summary>The timeline of the events added: the agent's whole history (<see cref="Timeline.WholeHistory"/>), or
    /// of a slice: the last event of each origin before <paramref name="coveredFromMs"/> -
    /// <see cref="Limits.WrapUpMs"/>, and all from there on.</summary>
    /// <param name="coveredFromMs">From when on it shall answer.</param>
    /// <param name="sinceMs">Since when the status in force at that instant lasts; <see cref="Timeline.NotLoaded"/> if
    /// that is yet to be read.</param>
    public Timeline Build(long coveredFromMs = Timeline.WholeHistory, long sinceMs = Timeline.NotLoaded)
    {
        if (Count == 0) return default;
        var timeline = Timeline.Over(_events.AsSpan(0, Count), coveredFromMs, sinceMs);
        Count = 0;
        return timeline;
    }

    internal void Add(long packed)
    {
        if (Count == _events.Length) Array.Resize(ref _events, 2 * Count);
        _events[Count++] = packed;
    }
}
