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
    /// <summary>The segments of a window: the timeline itself, never clipped. Each is found when it is asked
    /// for.</summary>
    /// <param name="timeline">Covers the window and the millisecond before it.</param>
    /// <param name="fromMs">The window's start.</param>
    /// <param name="toMs">The window's end, at most <paramref name="nowMs"/>.</param>
    /// <param name="nowMs">As of when an interval is still going.</param>
    /// <param name="open">Business hours in the window, in order and disjoint.</param>
    public static IEnumerable<Segment> Of(
        Timeline timeline, long fromMs, long toMs, long nowMs, IEnumerable<Interval> open)
    {
        var carriedIn = First(timeline, fromMs - 1, fromMs + 1).EndMs > fromMs;
        var stillOpen = First(timeline, toMs - 1, nowMs + 1).EndMs > nowMs;
        using var hours = open.GetEnumerator();
        var inside = new Interval(fromMs, fromMs);
        for (var startMs = fromMs; startMs < toMs;)
        {
            var interval = First(timeline, startMs, toMs);
            while (startMs < interval.EndMs)
            {
                while (inside.EndMs <= startMs)
                    inside = hours.MoveNext() ? hours.Current : new(long.MaxValue, long.MaxValue);
                var isInside = inside.StartMs <= startMs;
                var endMs = Math.Min(interval.EndMs, isInside ? inside.EndMs : inside.StartMs);
                yield return new Segment(
                    startMs,
                    endMs,
                    interval.Effective,
                    carriedIn && startMs == fromMs,
                    stillOpen && endMs == toMs,
                    isInside);
                startMs = endMs;
            }
        }
    }

    private static StatusInterval First(in Timeline timeline, long fromMs, long toMs)
    {
        var walk = timeline.Between(fromMs, toMs);
        walk.MoveNext();
        return walk.Current;
    }
}
