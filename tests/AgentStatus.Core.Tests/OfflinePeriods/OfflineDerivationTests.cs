using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Core.Tests.Timelines;

namespace AgentStatus.Core.Tests.OfflinePeriods;

public sealed class OfflineDerivationTests
{
    private static readonly HoursHistory AlwaysOpen =
        new([new HoursVersion(RandomEvents.Agent.CompanyId, 0, BusinessHours.AlwaysOpen)]);

    [Fact]
    public void Periods_are_the_stretches_of_offline_whatever_the_origin() => Seeds.ForEach(500, random =>
    {
        var events = RandomEvents.Of(random);
        var nowMs = TimelineLawTests.End(events);
        var timeline = TimelineLawTests.Build(RandomEvents.Sorted(events));
        var periods = OfflineDerivation.From(RandomEvents.Agent, timeline, RandomEvents.StartMs - 1, nowMs, AlwaysOpen);

        var naive = new NaiveTimeline(events);
        var offline = naive.Between(RandomEvents.StartMs - 1, nowMs + 1)
            .Where(i => i.Effective.Status == Status.Offline).ToList();
        var stretches = offline.Where(i => !offline.Exists(o => o.EndMs == i.StartMs)).Select(i => i.StartMs);
        Assert.Equal(stretches, periods.Select(p => p.StartedAtMs));
        Assert.Equal(offline.Sum(i => i.LengthMs), periods.Sum(p => (p.EndedAtMs ?? nowMs + 1) - p.StartedAtMs));
        Assert.Equal(periods.Sum(p => p.ComputedThroughMs - p.StartedAtMs), periods.Sum(p => p.BusinessMs));
        foreach (var period in periods)
        {
            Assert.Equal(period.StartedAtMs, OfflineDerivation.FindStart(timeline, period.StartedAtMs));
            Assert.Equal(
                period.StartedAtMs, OfflineDerivation.FindStart(timeline, (period.EndedAtMs ?? nowMs + 1) - 1));
            Assert.Equal(period.StartedAtMs - 1, OfflineDerivation.FindStart(timeline, period.StartedAtMs - 1));
            Assert.Equal(period.EndedAtMs is null, naive.At(nowMs).Status == Status.Offline && period == periods[^1]);
        }
    });

    [Fact]
    public void Without_hours_a_period_says_so()
    {
        var builder = new TimelineBuilder();
        builder.Add(1_000, Status.Offline, Origin.Agent);
        var period = Assert.Single(OfflineDerivation.From(RandomEvents.Agent, builder.Build(), 0, 5_000, hours: null));
        Assert.Equal(new OfflinePeriod(RandomEvents.Agent, 1_000, null, null, 5_000, null), period);
        Assert.Null(period.BusinessMs);
    }

    [Fact]
    public void A_call_that_will_run_out_later_has_left_no_period_behind_yet()
    {
        var builder = new TimelineBuilder();
        builder.Add(0, Status.Offline, Origin.Agent);
        builder.Add(1_000, Status.OnCall, Origin.Call);
        var timeline = builder.Build();
        Assert.Equal(1_000 + Limits.OnCallMs, timeline.FindOfflineAfterCallMs());
        Assert.Single(OfflineDerivation.From(RandomEvents.Agent, timeline, -1, 5_000, AlwaysOpen));
        Assert.Equal(
            2, OfflineDerivation.From(RandomEvents.Agent, timeline, -1, 1_000 + Limits.OnCallMs, AlwaysOpen).Count);
    }

    [Fact]
    public void A_change_that_may_not_differ_leaves_the_periods_as_they_are() => Seeds.ForEach(2_000, random =>
    {
        var events = RandomEvents.Sorted(RandomEvents.Of(random)).ToList();
        if (events.Count == 0) return;
        var added = random.Next(3) == 0 ? random.Next(events.Count) : events.Count - 1;
        var fromMs = events[added].OccurredAtMs;
        var nowMs = TimelineLawTests.End(events) - random.Next(2_000);
        var after = TimelineLawTests.Build(events);
        var before = TimelineLawTests.Build(events.Where((_, i) => i != added).ToList());
        if (OfflineDerivation.MayDiffer(before, after, fromMs, nowMs)) return;

        Assert.Equal(Of(before), Of(after));

        IEnumerable<(long, long?)> Of(Timeline timeline) => OfflineDerivation
            .From(RandomEvents.Agent, timeline, RandomEvents.StartMs - 1, nowMs, AlwaysOpen)
            .Select(period => (period.StartedAtMs, period.EndedAtMs));
    });
}
