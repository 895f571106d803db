using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;
using HoursBasis = AgentStatus.Core.Hours.HoursBasis;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>What the server must answer for one agent: docs/rules.md over the naive timeline, slow and
/// independent.</summary>
internal sealed class Model(AgentKey agent, IReadOnlyCollection<StatusEvent> events, HoursHistory hours)
{
    private readonly List<StatusInterval> _intervals =
        new NaiveTimeline(events).Between(Limits.FirstInstantMs - 1, Limits.LastInstantMs);

    public (Status Status, Origin Origin, long? SinceMs) At(long instantMs)
    {
        var interval = _intervals.Single(i => i.StartMs <= instantMs && instantMs < i.EndMs);
        var known = interval.Effective.Status != Status.Unknown;
        return (interval.Effective.Status, interval.Effective.Origin, known ? interval.StartMs : null);
    }

    /// <summary>The timeline in a window, split where business hours begin or end.</summary>
    public List<(StatusInterval Interval, bool InHours)> Segments(long fromMs, long toMs)
    {
        var open = Open(fromMs, toMs);
        var segments = new List<(StatusInterval, bool)>();
        foreach (var interval in Between(fromMs, toMs))
        {
            var cuts = open.SelectMany(o => new[] { o.StartMs, o.EndMs })
                .Where(cut => cut > interval.StartMs && cut < interval.EndMs)
                .Prepend(interval.StartMs).Append(interval.EndMs).ToList();
            for (var i = 0; i + 1 < cuts.Count; i++)
                segments.Add((interval with { StartMs = cuts[i], EndMs = cuts[i + 1] },
                    open.Any(o => o.StartMs <= cuts[i] && cuts[i] < o.EndMs)));
        }

        return segments;
    }

    /// <summary>Milliseconds by status after clipping; unknown under 0, what was clipped away under -1. None is
    /// 0.</summary>
    public Dictionary<int, long> Durations(long fromMs, long toMs, V1.HoursClip clip)
    {
        var sums = new Dictionary<int, long> { [0] = 0, [-1] = 0 };
        foreach (var (interval, inHours) in Segments(fromMs, toMs))
        {
            var status = interval.Effective.Status;
            var clipped = !inHours && status != Status.Unknown && clip switch
            {
                V1.HoursClip.None => false,
                V1.HoursClip.AllStatuses => true,
                _ => status == Status.Offline,
            };
            var key = clipped ? -1 : (int)status;
            sums[key] = sums.GetValueOrDefault(key) + interval.LengthMs;
        }

        return sums;
    }

    /// <summary>The stretches of OFFLINE, whatever origins decided: start, end or null.</summary>
    public List<(long StartMs, long? EndMs)> OfflineStretches(long nowMs)
    {
        var stretches = new List<(long StartMs, long? EndMs)>();
        if (events.Count == 0) return stretches;
        var throughMs = Math.Max(nowMs, events.Max(e => e.OccurredAtMs)) + 1;
        foreach (var interval in Between(Limits.FirstInstantMs, throughMs))
        {
            if (interval.Effective.Status != Status.Offline) continue;
            long? endMs = interval.EndMs == throughMs ? null : interval.EndMs;
            if (stretches.Count > 0 && stretches[^1].EndMs == interval.StartMs)
                stretches[^1] = (stretches[^1].StartMs, endMs);
            else stretches.Add((interval.StartMs, endMs));
        }

        return stretches;
    }

    /// <summary>The business periods of a stretch.</summary>
    public IReadOnlyList<Interval> Open(long fromMs, long toMs) =>
        [.. hours.Open(agent.AgentId, fromMs, toMs, HoursBasis.AsRecorded)];

    private IEnumerable<StatusInterval> Between(long fromMs, long toMs) =>
        from interval in _intervals
        where interval.StartMs < toMs && interval.EndMs > fromMs
        select interval with { StartMs = Math.Max(interval.StartMs, fromMs), EndMs = Math.Min(interval.EndMs, toMs) };
}
