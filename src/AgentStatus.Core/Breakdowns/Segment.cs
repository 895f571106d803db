using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Breakdowns;

/// <summary>A stretch of a timeline inside a window in which the effective status, the origin that decided and being
/// inside business hours or not stay the same.</summary>
/// <param name="StartMs">Inclusive, inside the window.</param>
/// <param name="EndMs">Exclusive, inside the window.</param>
/// <param name="CarriedIn">The timeline's interval began before the window: only on the first segment.</param>
/// <param name="Open">The timeline's interval is still going, as of now: only on the last segment.</param>
public readonly record struct Segment(
    long StartMs, long EndMs, EffectiveStatus Effective, bool CarriedIn, bool Open, bool InBusinessHours)
{
    /// <summary>The segments of a window: the timeline itself, never clipped.</summary>
    /// <param name="timeline">Covers the window and the millisecond before it.</param>
    /// <param name="fromMs">The window's start.</param>
    /// <param name="toMs">The window's end, at most <paramref name="nowMs"/>.</param>
    /// <param name="nowMs">As of when an interval is still going.</param>
    /// <param name="open">Business hours in the window, sorted and disjoint.</param>
    public static List<Segment> Of(in Timeline timeline, long fromMs, long toMs, long nowMs, ReadOnlySpan<Interval> open)
    {
        var segments = new List<Segment>();
        var carriedIn = BeganBefore(timeline, fromMs);
        var stillOpen = LastsThrough(timeline, toMs - 1, nowMs);
        var place = 0;
        foreach (var interval in timeline.Between(fromMs, toMs))
        {
            for (var startMs = interval.StartMs; startMs < interval.EndMs;)
            {
                while (place < open.Length && open[place].EndMs <= startMs) place++;
                var inside = place < open.Length && open[place].StartMs <= startMs;
                var changeMs = place == open.Length ? long.MaxValue : inside ? open[place].EndMs : open[place].StartMs;
                var endMs = Math.Min(interval.EndMs, changeMs);
                segments.Add(new Segment(
                    startMs,
                    endMs,
                    interval.Effective,
                    carriedIn && startMs == fromMs,
                    stillOpen && endMs == toMs,
                    inside));
                startMs = endMs;
            }
        }

        return segments;
    }

    private static bool BeganBefore(in Timeline timeline, long fromMs)
    {
        foreach (var interval in timeline.Between(fromMs - 1, fromMs + 1)) return interval.EndMs > fromMs;
        return false;
    }

    private static bool LastsThrough(in Timeline timeline, long instantMs, long nowMs)
    {
        foreach (var interval in timeline.Between(instantMs, nowMs + 1)) return interval.EndMs > nowMs;
        return false;
    }
}
