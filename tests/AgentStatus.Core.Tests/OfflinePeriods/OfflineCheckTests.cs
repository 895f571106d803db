using AgentStatus.Core.Hours;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Core.Tests.Timelines;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.OfflinePeriods;

/// <summary>What was written rightly holds, as late as one may look; and nothing else does.</summary>
public sealed class OfflineCheckTests
{
    private const long HourMs = 3_600_000;

    private static readonly HoursVersion Closes = Version(0, """{"weekly": {"thursday": [["09:00","17:00"]]}}""");
    private static readonly HoursVersion Opens = Version(RandomEvents.StartMs + (40 * HourMs), "null");
    private static readonly HoursHistory Before = new([Closes]);
    private static readonly HoursHistory Hours = new([Closes, Opens]);

    [Fact]
    public void What_was_written_holds_later_and_from_the_horizon_on_but_no_change() => Seeds.ForEach(2_000, random =>
    {
        var events = RandomEvents.Of(random);
        var writtenAtMs = TimelineLawTests.End(events);
        var whole = TimelineLawTests.Build(RandomEvents.Sorted(events));
        var horizonMs = RandomEvents.StartMs + random.NextInt64(writtenAtMs - RandomEvents.StartMs);
        var timeline = random.Next(2) == 0 ? whole : whole.Trimmed(horizonMs);
        var stored = Written(whole, writtenAtMs).Where(period => !(period.EndedAtMs <= horizonMs)).ToList();

        var nowMs = writtenAtMs + random.NextInt64(100 * HourMs);
        Assert.True(Holds(timeline, horizonMs, nowMs, stored));
        AssertMended(whole, timeline, horizonMs, nowMs, [.. stored, Bogus(nowMs)]);
        if (stored.Count == 0) return;
        var index = random.Next(stored.Count);
        AssertMended(whole, timeline, horizonMs, nowMs, [.. stored.Where((_, i) => i != index)]);
        foreach (var wrong in Wrong(stored[index], timeline.CoveredFromMs, nowMs))
        {
            stored[index] = wrong;
            AssertMended(whole, timeline, horizonMs, nowMs, stored);
        }
    });

    [Fact]
    public void One_that_lasts_may_be_computed_through_a_moment_that_is_still_to_come_here_but_not_later()
    {
        var offline = new StatusEvent(RandomEvents.Agent, Status.Offline, Origin.Agent, RandomEvents.StartMs, "a");
        var timeline = TimelineLawTests.Build([offline]);
        var nowMs = RandomEvents.StartMs + HourMs;
        Assert.True(Holds(timeline, RandomEvents.StartMs - 1, nowMs, Written(timeline, nowMs + Limits.FutureMs)));
        Assert.False(Holds(timeline, RandomEvents.StartMs - 1, nowMs, Written(timeline, nowMs + Limits.FutureMs + 1)));
    }

    /// <summary>As hours versions came: those that had ended were not written again.</summary>
    private static List<OfflinePeriod> Written(in Timeline whole, long nowMs)
    {
        var first = OfflineDerivation.From(RandomEvents.Agent, whole, RandomEvents.StartMs - 1, nowMs, Before);
        var last = OfflineDerivation.From(RandomEvents.Agent, whole, RandomEvents.StartMs - 1, nowMs, Hours);
        return [.. first.Zip(last, (old, anew) => old.EndedAtMs <= Opens.InForceFromMs ? old : anew)];
    }

    private static IEnumerable<OfflinePeriod> Wrong(OfflinePeriod right, long coveredFromMs, long nowMs)
    {
        yield return right with { EndedAtMs = right.EndedAtMs is { } endMs ? endMs + 1 : right.ComputedThroughMs };
        yield return right with { BusinessPeriods = null, HoursInForceFromMs = null };
        yield return right with { BusinessPeriods = [.. right.BusinessPeriods!, new(right.ComputedThroughMs, nowMs)] };
        if (right.StartedAtMs > coveredFromMs) yield return right with { StartedAtMs = right.StartedAtMs - 1 };
        if (right.EndedAtMs is not null) yield return right with { ComputedThroughMs = right.ComputedThroughMs - 1 };
        if (!(right.EndedAtMs <= Opens.InForceFromMs))
            yield return right with { HoursInForceFromMs = Closes.InForceFromMs };
    }

    private static OfflinePeriod Bogus(long nowMs) =>
        new(RandomEvents.Agent, nowMs, null, [], nowMs, Opens.InForceFromMs);

    /// <summary>These are not right, and are when made anew from the instant that the check tells.</summary>
    private static void AssertMended(
        in Timeline whole, in Timeline timeline, long fromMs, long nowMs, IReadOnlyList<OfflinePeriod> stored)
    {
        var wrongFromMs = FindWrong(timeline, fromMs, nowMs, stored);
        Assert.NotNull(wrongFromMs);
        var startMs = OfflineDerivation.FindStart(whole, wrongFromMs.Value)!.Value;
        var anew = OfflineDerivation.From(RandomEvents.Agent, whole, startMs, nowMs, Hours);
        // As the store replaces them.
        var left = stored.Where(period => period.StartedAtMs < startMs && period.EndedAtMs <= startMs);
        Assert.True(Holds(timeline, fromMs, nowMs, [.. left.Where(period => period.EndedAtMs > fromMs), .. anew]));
    }

    private static bool Holds(in Timeline timeline, long fromMs, long nowMs, IReadOnlyList<OfflinePeriod> stored) =>
        FindWrong(timeline, fromMs, nowMs, stored) is null;

    private static long? FindWrong(in Timeline timeline, long fromMs, long nowMs, IReadOnlyList<OfflinePeriod> stored) =>
        OfflineCheck.FindWrong(RandomEvents.Agent, timeline, fromMs, nowMs, Hours, stored);

    private static HoursVersion Version(long inForceFromMs, string json)
    {
        Assert.True(BusinessHours.TryParse(RandomEvents.Agent.CompanyId, json, out var hours, out _));
        return new(RandomEvents.Agent.CompanyId, inForceFromMs, hours);
    }
}
