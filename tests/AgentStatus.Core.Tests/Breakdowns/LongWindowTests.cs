using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Hours;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Core.Tests.Hours;
using AgentStatus.Core.Timelines;
using NodaTime;

namespace AgentStatus.Core.Tests.Breakdowns;

/// <summary>Windows of two thousand years, and hours that are found as they are asked for.</summary>
public sealed class LongWindowTests
{
    private const long KiB = 1_024;

    private static readonly long NowMs = Instants.Ms("2026-03-03T12:00Z");

    private static readonly HoursHistory Workdays = History("""
        {"time_zone": "America/New_York", "weekly": {"monday": [["09:00","12:00"],["13:00","17:00"]]},
         "agents": {"7": {"weekly": {"friday": [["22:00","06:00"]]}}}}
        """);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_long_window_takes_no_more_memory_than_a_short_one(long agentId)
    {
        var timeline = OfflineSince(Limits.FirstInstantMs);
        Allocated(NowMs - 1_000); // What is made once.
        var longWindow = Allocated(Limits.FirstInstantMs + 1);
        Assert.InRange(longWindow, 0, 64 * KiB);

        long Allocated(long fromMs)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var open = Workdays.Open(agentId, fromMs, NowMs, HoursBasis.AsRecorded);
            var totals = BreakdownTotals.Of(timeline, [fromMs, NowMs], HoursClip.OfflineOnly, open);
            var insideMs = Segment.Of(timeline, fromMs, NowMs, NowMs, open)
                .Sum(segment => segment.InBusinessHours ? segment.EndMs - segment.StartMs : 0);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(totals.StatusMs(0, Status.Offline), insideMs);
            Assert.Equal(NowMs - fromMs, insideMs + totals.OutsideHoursMs(0));
            return allocated;
        }
    }

    [Fact]
    public void An_offline_period_of_two_thousand_years_has_so_many_business_periods_and_says_how_far_they_go()
    {
        var timeline = OfflineSince(Limits.FirstInstantMs);
        var periods = OfflineDerivation.From(new(1, 1), timeline, Limits.FirstInstantMs, NowMs, Workdays);
        var period = Assert.Single(periods);
        Assert.Equal(Limits.BusinessPeriods, period.BusinessPeriods!.Count);
        Assert.InRange(period.ComputedThroughMs, period.BusinessPeriods[^1].EndMs, NowMs);
        Assert.Equal(
            Workdays.Open(1, period.StartedAtMs, period.ComputedThroughMs, HoursBasis.AsRecorded),
            period.BusinessPeriods);
    }

    [Theory]
    [InlineData("UTC", "2026-06-01T00:00Z")]
    [InlineData("America/Havana", "2025-11-02T05:00Z")]
    [InlineData("Australia/Lord_Howe", "2025-04-05T15:00Z")]
    [InlineData("Pacific/Apia", "2011-12-30T10:00Z")]
    public void Totals_over_hours_as_they_are_found_are_those_over_a_list(string zone, string around) =>
        Seeds.ForEach(50, random =>
        {
            var centre = Instant.FromUnixTimeMilliseconds(Instants.Ms(around));
            var date = centre.InZone(DateTimeZoneProviders.Tzdb[zone]).Date;
            var hours = History(new RandomHours(random, date).Company(zone).ToJsonString());
            var fromMs = centre.ToUnixTimeMilliseconds() - random.NextInt64(1, 20 * 86_400_000L);
            var toMs = centre.ToUnixTimeMilliseconds() + random.NextInt64(1, 20 * 86_400_000L);
            var timeline = Random(random, fromMs, toMs);
            var (by, weekStart) = ((Granularity)random.Next(1, 8), (IsoDayOfWeek)random.Next(1, 8));
            var edges = BucketEdges.Find(hours.Latest.Hours.Zone, by, fromMs, toMs, weekStart)!;
            var clip = (HoursClip)random.Next(1, 4);
            var open = hours.Open(random.Next(2) == 0 ? 1 : 7, fromMs, toMs, HoursBasis.AsRecorded);
            var found = BreakdownTotals.Of(timeline, edges, clip, open);
            var listed = BreakdownTotals.Of(timeline, edges, clip, open.ToArray());
            for (var bucket = 0; bucket < found.Count; bucket++)
            {
                var statuses = Enumerable.Range(0, 8).Select(status => found.StatusMs(bucket, (Status)status)).ToList();
                Assert.Equal(edges[bucket + 1] - edges[bucket], statuses.Sum() + found.OutsideHoursMs(bucket));
                Assert.Equal(
                Enumerable.Range(0, 8).Select(status => listed.StatusMs(bucket, (Status)status)), statuses);
            }

            Assert.Equal(
                Segment.Of(timeline, fromMs, toMs, toMs, open.ToArray()),
            Segment.Of(timeline, fromMs, toMs, toMs, open));
        });

    private static HoursHistory History(string json) => new([new HoursVersion(1, 0, Instants.Hours(json))]);

    private static Timeline OfflineSince(long instantMs)
    {
        var builder = new TimelineBuilder();
        builder.Add(instantMs, Status.Offline, Origin.Agent);
        return builder.Build();
    }

    private static Timeline Random(Random random, long fromMs, long toMs)
    {
        var builder = new TimelineBuilder();
        Status[] statuses = [Status.Online, Status.Offline, Status.Away, Status.Offline];
        foreach (var instantMs in Enumerable.Range(0, 60).Select(_ => random.NextInt64(fromMs - 1, toMs)).Order())
            builder.Add(instantMs, random.GetItems(statuses, 1)[0], Origin.Agent);
        return builder.Build();
    }
}
