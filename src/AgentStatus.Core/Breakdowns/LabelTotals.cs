using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Breakdowns;

/// <summary>Elapsed milliseconds per bucket, status and label, of an agent who has labels: a second pass, so that the
/// first one costs nobody anything.</summary>
internal sealed class LabelTotals
{
    private readonly Dictionary<(int Bucket, Status Status), List<LabelMs>> _totals = [];

    /// <param name="clipped">A bit for each status that counts inside business hours only.</param>
    /// <param name="open">Business hours in the window, in order and disjoint.</param>
    public static LabelTotals Of(in Timeline timeline, long[] edges, int clipped, IEnumerable<Interval> open)
    {
        var result = new LabelTotals();
        using var hours = open.GetEnumerator();
        var inside = new Interval(edges[0], edges[0]);
        var bucket = 0;
        foreach (var (startMs, endMs, (status, _, label)) in timeline.Between(edges[0], edges[^1]))
        {
            if (label == 0) continue;
            var isClipped = ((clipped >> (int)status) & 1) != 0;
            for (var partMs = startMs; partMs < endMs;)
            {
                while (edges[bucket + 1] <= partMs) bucket++;
                var partEndMs = Math.Min(endMs, edges[bucket + 1]);
                result.Add(bucket, status, label, isClipped ? OpenMs(hours, ref inside, partMs, partEndMs)
                    : partEndMs - partMs);
                partMs = partEndMs;
            }
        }

        return result;
    }

    public IReadOnlyList<LabelMs> Of(int bucket, Status status) => _totals.GetValueOrDefault((bucket, status)) ?? [];

    private void Add(int bucket, Status status, ushort label, long ms)
    {
        if (ms == 0) return;
        if (!_totals.TryGetValue((bucket, status), out var labels)) _totals[(bucket, status)] = labels = [];
        var index = labels.FindIndex(one => one.Label == label);
        if (index < 0) labels.Add(new(label, ms));
        else labels[index] = new(label, labels[index].Ms + ms);
    }

    /// <summary>How much of a span is open.</summary>
    private static long OpenMs(IEnumerator<Interval> hours, ref Interval inside, long startMs, long endMs)
    {
        long openMs = 0;
        while (true)
        {
            openMs += Math.Max(0, Math.Min(endMs, inside.EndMs) - Math.Max(startMs, inside.StartMs));
            if (inside.EndMs >= endMs) return openMs;
            inside = hours.MoveNext() ? hours.Current : new(long.MaxValue, long.MaxValue);
        }
    }
}
