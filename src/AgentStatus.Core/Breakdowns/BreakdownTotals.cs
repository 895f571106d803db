using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Breakdowns;

/// <summary>Elapsed milliseconds per bucket and status. Law: for every bucket, the statuses,
/// <see cref="OutsideHoursMs"/> and <see cref="UnknownMs"/> add up to its length.</summary>
public sealed class BreakdownTotals
{
    /// <summary>A column per status (0: unknown), and one for what business hours clipped away.</summary>
    internal const int Columns = 9;

    internal const int OutsideHours = 8;

    private readonly long[] _edges;
    private readonly long[] _totals;
    private LabelTotals? _labels;

    private BreakdownTotals(long[] edges) => (_edges, _totals) = (edges, new long[(edges.Length - 1) * Columns]);

    /// <summary>Number of buckets.</summary>
    public int Count => _edges.Length - 1;

    /// <summary>Adds up a timeline over buckets. Unknown time is never clipped.</summary>
    /// <param name="timeline">Covers the window.</param>
    /// <param name="edges">Of the buckets: ascending, at least two (<see cref="BucketEdges"/>).</param>
    /// <param name="clip">Which statuses count only inside business hours.</param>
    /// <param name="open">Business hours in the window, in order and disjoint; asked for as far as they are
    /// needed.</param>
    public static BreakdownTotals Of(in Timeline timeline, long[] edges, HoursClip clip, IEnumerable<Interval> open)
    {
        var result = new BreakdownTotals(edges);
        var clipped = clip switch
        {
            HoursClip.OfflineOnly => 1 << (int)Status.Offline,
            HoursClip.AllStatuses => ~(1 << (int)Status.Unknown),
            _ => 0,
        };
        using (var hours = open.GetEnumerator())
            new BucketSum(edges, result._totals, clipped, hours).Add(timeline);
        if (timeline.HasLabels) result._labels = LabelTotals.Of(timeline, edges, clipped, open);
        return result;
    }

    /// <summary>The bucket's start and end.</summary>
    public Interval Bucket(int bucket) => new(_edges[bucket], _edges[bucket + 1]);

    /// <summary>Elapsed milliseconds in this status, after clipping.</summary>
    public long StatusMs(int bucket, Status status) => _totals[(bucket * Columns) + (int)status];

    /// <summary>Whether any of the time may be under a label.</summary>
    public bool HasLabels => _labels is not null;

    /// <summary>The labels under a status in a bucket, by number, each with its part of <see
    /// cref="StatusMs"/>.</summary>
    public IReadOnlyList<LabelMs> LabelsOf(int bucket, Status status) => _labels?.Of(bucket, status) ?? [];

    /// <summary>Elapsed milliseconds whose status is unknown.</summary>
    public long UnknownMs(int bucket) => _totals[(bucket * Columns) + (int)Status.Unknown];

    /// <summary>Elapsed milliseconds that business hours clipped away.</summary>
    public long OutsideHoursMs(int bucket) => _totals[(bucket * Columns) + OutsideHours];

    /// <summary>ON_CALL and WRAP_UP, after clipping.</summary>
    public long HandleTimeMs(int bucket) => StatusMs(bucket, Status.OnCall) + StatusMs(bucket, Status.WrapUp);
}

/// <summary>Elapsed milliseconds under a label.</summary>
/// <param name="Label">The label's number.</param>
public readonly record struct LabelMs(ushort Label, long Ms);
