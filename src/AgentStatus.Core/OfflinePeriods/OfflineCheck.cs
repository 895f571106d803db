using AgentStatus.Core.Hours;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.OfflinePeriods;

/// <summary>
/// Tells whether stored offline periods are what the agent's timeline and its company's hours say. They need not be
/// what would be written now: one that lasts is right up to when it was computed, and one that ended before the latest
/// hours version came was not computed anew for it.
/// </summary>
public static class OfflineCheck
{
    /// <summary>
    /// From when on they are to be made anew, by <see cref="OfflineDerivation"/>: start of the first period that is
    /// wrong, missing or too many; null if they are right.
    /// </summary>
    /// <param name="agent">Whose.</param>
    /// <param name="timeline">Covers <paramref name="fromMs"/>.</param>
    /// <param name="fromMs">
    /// From when on. Where a period reaches there from before what the timeline covers, its start is taken as stored.
    /// </param>
    /// <param name="nowMs">As of when; see <see cref="OfflineDerivation.From"/>.</param>
    /// <param name="hours">The company's hours, as recorded.</param>
    /// <param name="stored">The agent's periods that ended after <paramref name="fromMs"/> or last, by start.</param>
    public static long? FindWrong(
        AgentKey agent,
        in Timeline timeline,
        long fromMs,
        long nowMs,
        HoursHistory hours,
        IReadOnlyList<OfflinePeriod> stored)
    {
        var startMs = OfflineDerivation.FindStart(timeline, fromMs);
        var expected = OfflineDerivation.From(agent, timeline, startMs ?? fromMs, nowMs, hours: null);
        if (startMs is null && expected.Count > 0 && stored.Count > 0
            && stored[0].StartedAtMs >= Limits.FirstInstantMs && stored[0].StartedAtMs <= timeline.CoveredFromMs)
            expected[0] = expected[0] with { StartedAtMs = stored[0].StartedAtMs };
        var pairs = Math.Min(expected.Count, stored.Count);
        for (var i = 0; i < pairs; i++)
        {
            if (!Holds(stored[i], expected[i], hours))
                return Math.Min(stored[i].StartedAtMs, expected[i].StartedAtMs);
        }

        if (expected.Count > pairs) return expected[pairs].StartedAtMs;
        return stored.Count > pairs ? stored[pairs].StartedAtMs : null;
    }

    private static bool Holds(OfflinePeriod stored, OfflinePeriod expected, HoursHistory hours) =>
        (stored.StartedAtMs, stored.EndedAtMs) == (expected.StartedAtMs, expected.EndedAtMs)
        && IsComputedInTime(stored, expected)
        && KnowsHours(stored, hours.Latest.InForceFromMs)
        && stored.BusinessPeriods is { } open
        && open.SequenceEqual(
            hours.Open(stored.Agent.AgentId, stored.StartedAtMs, stored.ComputedThroughMs, HoursBasis.AsRecorded));

    /// <summary>To the end; one that lasts at any time till now, where clocks may differ.</summary>
    private static bool IsComputedInTime(OfflinePeriod stored, OfflinePeriod expected) =>
        stored.EndedAtMs is { } endedAtMs
            ? stored.ComputedThroughMs == endedAtMs
            : stored.ComputedThroughMs <= expected.ComputedThroughMs + Limits.FutureMs;

    private static bool KnowsHours(OfflinePeriod stored, long latestMs) =>
        stored.HoursInForceFromMs >= latestMs
        || (stored.HoursInForceFromMs is not null && stored.EndedAtMs <= latestMs);
}
