using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Breakdowns;

/// <summary>
/// Elapsed milliseconds per bucket and status. Law: for every bucket, the statuses, <see cref="OutsideHoursMs"/> and
/// <see cref="UnknownMs"/> add up to its length.
/// </summary>
public sealed class BreakdownTotals
{
    /// <summary>A column per status (0: unknown), and one for what business hours clipped away.</summary>
    private const int Columns = 9;

    private const int OutsideHours = 8;

    private readonly long[] _edges;
    private readonly long[] _totals;

    private BreakdownTotals(long[] edges) => (_edges, _totals) = (edges, new long[(edges.Length - 1) * Columns]);

    /// <summary>Number of buckets.</summary>
    public int Count => _edges.Length - 1;

    /// <summary>
    /// Adds up a timeline over buckets. Unknown time is never clipped.
    /// </summary>
    /// <param name="timeline">Covers the window.</param>
    /// <param name="edges">Of the buckets: ascending, at least two (<see cref="BucketEdges"/>).</param>
    /// <param name="clip">Which statuses count only inside business hours.</param>
    /// <param name="open">Business hours in the window, sorted and disjoint.</param>
    public static BreakdownTotals Of(in Timeline timeline, long[] edges, HoursClip clip, ReadOnlySpan<Interval> open)
    {
        var result = new BreakdownTotals(edges);
        var bucket = 0;
        var hours = 0;
        foreach (var interval in timeline.Between(edges[0], edges[^1]))
        {
            var status = interval.Effective.Status;
            var clipped = clip switch
            {
                HoursClip.OfflineOnly => status == Status.Offline,
                HoursClip.AllStatuses => status != Status.Unknown,
                _ => false,
            };
            for (var startMs = interval.StartMs; startMs < interval.EndMs;)
            {
                var endMs = Math.Min(interval.EndMs, edges[bucket + 1]);
                var row = bucket * Columns;
                var insideMs = clipped ? OverlapMs(open, ref hours, startMs, endMs) : endMs - startMs;
                result._totals[row + (int)status] += insideMs;
                result._totals[row + OutsideHours] += endMs - startMs - insideMs;
                if (endMs == edges[bucket + 1]) bucket++;
                startMs = endMs;
            }
        }

        return result;
    }

    /// <summary>The bucket's start and end.</summary>
    public Interval Bucket(int bucket) => new(_edges[bucket], _edges[bucket + 1]);

    /// <summary>Elapsed milliseconds in this status, after clipping.</summary>
    public long StatusMs(int bucket, Status status) => _totals[(bucket * Columns) + (int)status];

    /// <summary>Elapsed milliseconds whose status is unknown.</summary>
    public long UnknownMs(int bucket) => _totals[(bucket * Columns) + (int)Status.Unknown];

    /// <summary>Elapsed milliseconds that business hours clipped away.</summary>
    public long OutsideHoursMs(int bucket) => _totals[(bucket * Columns) + OutsideHours];

    /// <summary>ON_CALL and WRAP_UP, after clipping.</summary>
    public long HandleTimeMs(int bucket) => StatusMs(bucket, Status.OnCall) + StatusMs(bucket, Status.WrapUp);

    /// <summary>How much of [startMs, endMs) is open. The starts only grow, so the place in the hours only moves forward.</summary>
    private static long OverlapMs(ReadOnlySpan<Interval> open, ref int place, long startMs, long endMs)
    {
        while (place < open.Length && open[place].EndMs <= startMs) place++;
        long overlapMs = 0;
        for (var i = place; i < open.Length && open[i].StartMs < endMs; i++)
            overlapMs += Math.Min(endMs, open[i].EndMs) - Math.Max(startMs, open[i].StartMs);
        return overlapMs;
    }
}
