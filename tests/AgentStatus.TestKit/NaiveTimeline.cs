using AgentStatus.Core;
using AgentStatus.Core.Timelines;

namespace AgentStatus.TestKit;

/// <summary>docs/rules.md, EffectiveStatus status, read word for word and asked anew at every instant: slow, and
/// independent of the fast one.</summary>
public sealed class NaiveTimeline(IEnumerable<StatusEvent> events)
{
    private readonly List<StatusEvent> _events =
    [
        .. events.DistinctBy(e => e.EventId)
            .OrderBy(e => e.OccurredAtMs).ThenBy(e => e.EventId, StringComparer.Ordinal),
    ];

    public EffectiveStatus At(long instantMs)
    {
        var past = _events.TakeWhile(e => e.OccurredAtMs <= instantMs).ToList();
        var chosen = past.FindLast(e => e.Origin is Origin.Agent or Origin.Supervisor);
        var lastAgent = past.FindLastIndex(e => e.Origin == Origin.Agent);
        var app = past.FindLastIndex(e => e.Origin == Origin.App) is var a && a > lastAgent ? past[a] : null;
        var callIndex = past.FindLastIndex(e => e.Origin == Origin.Call);
        var call = callIndex < 0 ? null : past[callIndex];
        var callCounts = call?.Status switch
        {
            Status.OnCall => instantMs < call.OccurredAtMs + (12 * 3_600_000L),
            Status.WrapUp => instantMs < call.OccurredAtMs + 3_600_000L && !past.Skip(callIndex + 1).Any(later =>
                later.Origin is Origin.Agent or Origin.Supervisor
                    || later is { Origin: Origin.App, Status: Status.Offline }),
            _ => false,
        };

        if (callCounts) return new(call!.Status, Origin.Call);
        if (chosen?.Status == Status.Offline) return new(Status.Offline, chosen.Origin);
        if (app?.Status == Status.Offline) return new(Status.Offline, Origin.App);
        if (chosen?.Status is Status.Busy or Status.Away) return new(chosen.Status, chosen.Origin);
        if (chosen is not null)
            return app?.Status is Status.Idle or Status.Away
                ? new(app.Status, Origin.App)
                : new(chosen.Status, chosen.Origin);
        if (app is not null) return new(app.Status, Origin.App);
        var end = past.FindLast(e => e.Origin == Origin.Call && e.Status is not (Status.OnCall or Status.WrapUp));
        return end is not null ? new(end.Status, Origin.Call) : default;
    }

    /// <summary>The intervals of a window, found by asking at every instant at which anything can change.</summary>
    public List<StatusInterval> Between(long fromMs, long toMs)
    {
        var cuts = _events
            .SelectMany(e => new[] { e.OccurredAtMs, e.OccurredAtMs + 3_600_000L, e.OccurredAtMs + (12 * 3_600_000L) })
            .Where(cut => cut > fromMs && cut < toMs)
            .Append(fromMs).Append(toMs).Distinct().Order().ToList();
        var intervals = new List<StatusInterval>();
        for (var i = 0; i + 1 < cuts.Count; i++)
        {
            var effective = At(cuts[i]);
            if (intervals.Count > 0 && intervals[^1].Effective == effective)
                intervals[^1] = intervals[^1] with { EndMs = cuts[i + 1] };
            else intervals.Add(new(cuts[i], cuts[i + 1], effective));
        }

        return intervals;
    }
}
