using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;
using HoursBasis = AgentStatus.Core.Hours.HoursBasis;

namespace AgentStatus.Server.Tests.Laws;

/// <summary>What the server must answer for one agent: docs/rules.md over the naive timeline, slow and
/// independent.</summary>
internal sealed class Model
{
    private readonly AgentKey _agent;
    private readonly HoursHistory _hours;
    private readonly long? _lastMs;
    private readonly List<string> _labels = [""];
    private readonly List<StatusInterval> _intervals;

    /// <param name="retracted">The ids of events that do not count.</param>
    public Model(
        AgentKey agent,
        IReadOnlyCollection<StatusEvent> events,
        HoursHistory hours,
        IReadOnlyCollection<string>? retracted = null)
    {
        (_agent, _hours) = (agent, hours);
        _lastMs = events.Count == 0 ? null : events.Max(e => e.OccurredAtMs);
        _labels.AddRange(events.Select(e => e.Label).Where(label => label.Length > 0).Distinct());
        _intervals = new ModelAgent(events, retracted ?? [], Limits.OnCallMs, Limits.WrapUpMs)
            .Between(Limits.FirstInstantMs - 1, Limits.LastInstantMs)
            .ConvertAll(interval => new StatusInterval(
                interval.StartMs,
                interval.EndMs,
                new(
                    interval.Status.Status, interval.Status.Origin,
                    (ushort)_labels.IndexOf(interval.Status.Label))));
    }

    /// <summary>The text of an effective status's label.</summary>
    public string LabelOf(EffectiveStatus effective) => _labels[effective.Label];

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
        if (_lastMs is not { } lastMs) return stretches;
        var throughMs = Math.Max(nowMs, lastMs) + 1;
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
        [.. _hours.Open(_agent.AgentId, fromMs, toMs, HoursBasis.AsRecorded)];

    private IEnumerable<StatusInterval> Between(long fromMs, long toMs) =>
        from interval in _intervals
        where interval.StartMs < toMs && interval.EndMs > fromMs
        select interval with { StartMs = Math.Max(interval.StartMs, fromMs), EndMs = Math.Min(interval.EndMs, toMs) };
}
