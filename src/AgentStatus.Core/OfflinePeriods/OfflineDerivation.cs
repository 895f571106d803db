using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.OfflinePeriods;

/// <summary>Derives an agent's offline periods from its timeline and its company's hours
/// (docs/rules.md, Offline periods).</summary>
public static class OfflineDerivation
{
    /// <summary>Start of the stretch of effective OFFLINE, whatever the origins, that the instant lies in; the instant
    /// itself if it lies in none; null where the stretch began before what the timeline covers.</summary>
    public static long? FindStart(in Timeline timeline, long instantMs)
    {
        var startMs = instantMs;
        while (timeline.Covers(startMs))
        {
            var answer = timeline.At(startMs);
            if (answer.Status != Status.Offline) return startMs == instantMs ? instantMs : startMs + 1;
            if (answer.NeedsStore) return null;
            startMs = answer.SinceMs - 1;
        }

        return null;
    }

    /// <summary>The agent's offline periods that began at or after an instant, by start.</summary>
    /// <param name="timeline">Covers <paramref name="fromMs"/>.</param>
    /// <param name="fromMs">Not inside a period: from <see cref="FindStart"/>.</param>
    /// <param name="nowMs">As of when: a period that lasts is computed up to here. A call that will run out later has
    /// left nothing behind yet.</param>
    /// <param name="hours">The company's hours, as recorded; null while they are not known.</param>
    public static List<OfflinePeriod> From(
        AgentKey agent, in Timeline timeline, long fromMs, long nowMs, HoursHistory? hours)
    {
        var throughMs = timeline.Count == 0 ? nowMs : Math.Max(nowMs, timeline.LastOccurredAtMs);
        var periods = new List<OfflinePeriod>();
        long? startMs = null;
        foreach (var interval in timeline.Between(fromMs, throughMs + 1))
        {
            if (interval.Effective.Status == Status.Offline) startMs ??= interval.StartMs;
            else if (startMs is { } started)
            {
                periods.Add(Period(agent, started, interval.StartMs, interval.StartMs, hours));
                startMs = null;
            }
        }

        if (startMs is { } last) periods.Add(Period(agent, last, null, throughMs, hours));
        return periods;
    }

    /// <summary>Whether a change of the timeline may change the agent's offline periods. Nearly no event does: it comes
    /// last, and from it on the agent is either never OFFLINE, by what was known before and by what is known now, or
    /// always. Then no period begins or ends, and a lasting one stays as it is. What was known before counts too: a
    /// call that ran out over OFFLINE began a period without an event, and one that arrives late can undo it.</summary>
    /// <param name="before">The timeline before the change.</param>
    /// <param name="after">The timeline after it; the same before <paramref name="fromMs"/>.</param>
    /// <param name="fromMs">The instant of the change.</param>
    public static bool MayDiffer(in Timeline before, in Timeline after, long fromMs, long nowMs)
    {
        if (before.Count > 0 && (fromMs <= before.LastOccurredAtMs || !before.Covers(fromMs - 1))) return true;
        if (after.Count == 0 || !after.Covers(fromMs)) return true;
        var wasOffline = before.At(fromMs - 1).Status == Status.Offline;
        var endMs = Math.Max(nowMs, after.LastOccurredAtMs) + 1;
        return !StaysOffline(wasOffline, before, fromMs, endMs) || !StaysOffline(wasOffline, after, fromMs, endMs);
    }

    /// <summary>Whether the agent is OFFLINE all through, or never.</summary>
    private static bool StaysOffline(bool offline, in Timeline timeline, long fromMs, long endMs)
    {
        foreach (var interval in timeline.Between(fromMs, endMs))
            if (interval.Effective.Status == Status.Offline != offline) return false;
        return true;
    }

    private static OfflinePeriod Period(
        AgentKey agent, long startMs, long? endMs, long throughMs, HoursHistory? hours)
    {
        var fault = hours?.FaultOf(agent.AgentId, startMs, throughMs, HoursBasis.AsRecorded);
        if (fault is not null) return new(agent, startMs, endMs, null, throughMs, hours!.Latest.InForceFromMs, fault);
        var open = hours?.Open(agent.AgentId, startMs, throughMs, HoursBasis.AsRecorded)
            .Take(Limits.BusinessPeriods + 1).ToList();
        if (open?.Count > Limits.BusinessPeriods)
        {
            throughMs = open[^1].StartMs;
            open.RemoveAt(Limits.BusinessPeriods);
        }

        return new(agent, startMs, endMs, open, throughMs, hours?.Latest.InForceFromMs);
    }
}
