using AgentStatus.Core;
using AgentStatus.Core.Hours;
using AgentStatus.Core.Tests.Timelines;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>What the server must answer for one agent: design.md over the naive timeline, slow and independent.</summary>
internal sealed class Model(AgentKey agent, IReadOnlyCollection<StatusEvent> events, HoursHistory hours)
{
    private readonly NaiveTimeline _timeline = new(events);
    private readonly long _firstMs = events.Count == 0 ? 0 : events.Min(e => e.OccurredAtMs);

    public (Status Status, Origin Origin, long? SinceMs) At(long instantMs)
    {
        var effective = _timeline.At(instantMs);
        if (effective.Status == Status.Unknown) return (Status.Unknown, Origin.None, null);
        return (effective.Status, effective.Origin, _timeline.Between(_firstMs - 1, instantMs + 1)[^1].StartMs);
    }

    /// <summary>The timeline in a window, split where business hours begin or end.</summary>
    public List<(StatusInterval Interval, bool InHours)> Segments(long fromMs, long toMs)
    {
        var open = hours.Open(agent.AgentId, fromMs, toMs, HoursBasis.AsRecorded);
        var segments = new List<(StatusInterval, bool)>();
        foreach (var interval in _timeline.Between(fromMs, toMs))
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

    /// <summary>Milliseconds by status after clipping; unknown under 0, what was clipped away under -1. None is 0.</summary>
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
        foreach (var interval in _timeline.Between(_firstMs - 1, throughMs))
        {
            if (interval.Effective.Status != Status.Offline) continue;
            long? endMs = interval.EndMs == throughMs ? null : interval.EndMs;
            if (stretches.Count > 0 && stretches[^1].EndMs == interval.StartMs)
                stretches[^1] = (stretches[^1].StartMs, endMs);
            else
                stretches.Add((interval.StartMs, endMs));
        }

        return stretches;
    }

    /// <summary>The business periods of a stretch.</summary>
    public IReadOnlyList<Interval> Open(long fromMs, long toMs) =>
        hours.Open(agent.AgentId, fromMs, toMs, HoursBasis.AsRecorded);
}
