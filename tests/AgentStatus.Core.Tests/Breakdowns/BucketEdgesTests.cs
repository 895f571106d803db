using System.Globalization;
using AgentStatus.Core.Breakdowns;
using NodaTime;
using NodaTime.Text;

namespace AgentStatus.Core.Tests.Breakdowns;

public sealed class BucketEdgesTests
{
    /// <summary>Window in UTC, zone, granularity: the edges inside the window.</summary>
    [Theory]
    [InlineData("2026-03-28T00:00Z", "2026-03-30T12:00Z", "Europe/Prague", Granularity.Day,
        "28T23:00 29T22:00")] // 23 h
    [InlineData("2026-10-24T00:00Z", "2026-10-26T12:00Z", "Europe/Prague", Granularity.Day,
        "24T22:00 25T23:00")] // 25 h
    [InlineData("2026-03-29T00:30Z", "2026-03-29T02:30Z", "Europe/Prague", Granularity.Hour, "29T01:00 29T02:00")]
    [InlineData("2026-04-04T14:00Z", "2026-04-04T17:00Z", "Australia/Lord_Howe", Granularity.Hour,
        "04T15:00 04T15:30 04T16:30")]
    [InlineData("2026-11-20T00:10Z", "2026-11-20T02:10Z", "Asia/Kathmandu", Granularity.Hour, "20T00:15 20T01:15")]
    [InlineData("2011-12-29T00:00Z", "2012-01-01T00:00Z", "Pacific/Apia", Granularity.Day,
        "29T10:00 30T10:00 31T10:00")] // no 30th
    [InlineData("2026-11-20T00:10Z", "2026-11-20T00:50Z", "Asia/Kathmandu", Granularity.QuarterHour,
        "20T00:15 20T00:30 20T00:45")]
    [InlineData("2026-11-20T00:10Z", "2026-11-20T01:10Z", "Asia/Kathmandu", Granularity.HalfHour, "20T00:15 20T00:45")]
    // The offset was -00:44:30 until 1972-01-07T00:44:30Z: 00:00 local, and then 00:44:30.
    [InlineData("1972-01-07T00:20Z", "1972-01-07T01:10Z", "Africa/Monrovia", Granularity.HalfHour, "07T00:44 07T01:00")]
    [InlineData("2026-11-18T00:00Z", "2026-12-01T00:00Z", "UTC", Granularity.Week, "23T00:00 30T00:00")]
    [InlineData("2026-01-31T00:00Z", "2026-03-02T00:00Z", "America/New_York", Granularity.Month, "01T05:00 01T05:00")]
    [InlineData("2026-01-31T00:00Z", "2026-03-02T00:00Z", "America/New_York", Granularity.Total, "")]
    [InlineData("2026-11-20T01:00Z", "2026-11-20T02:00Z", "UTC", Granularity.Hour, "")]
    public void Edges_are_those_of_local_time(
        string from, string to, string zone, Granularity granularity, string expected)
    {
        var edges = BucketEdges.Find(IanaZones.Find(zone)!, granularity, Ms(from), Ms(to))!;
        Assert.Equal((Ms(from), Ms(to)), (edges[0], edges[^1]));
        Assert.Equal(expected, string.Join(' ', edges[1..^1].Select(Text)));
    }

    [Fact]
    public void A_zone_that_jumps_at_midnight_begins_the_date_at_its_first_instant()
    {
        // 2025-03-09 begins at 01:00 in Havana.
        var edges = BucketEdges.Find(
            IanaZones.Find("America/Havana")!, Granularity.Day, Ms("2025-03-08T06:00Z"), Ms("2025-03-11T00:00Z"))!;
        Assert.Equal("09T05:00 10T04:00", string.Join(' ', edges[1..^1].Select(Text)));
    }

    [Fact]
    public void Too_many_buckets_are_refused()
    {
        const long HourMs = 3_600_000;
        Assert.Null(BucketEdges.Find(DateTimeZone.Utc, Granularity.Hour, 0, (Limits.BreakdownBuckets + 1) * HourMs));
        Assert.Equal(
            Limits.BreakdownBuckets + 1,
            BucketEdges.Find(DateTimeZone.Utc, Granularity.Hour, 0, Limits.BreakdownBuckets * HourMs)!.Length);
        Assert.Null(BucketEdges.Find(DateTimeZone.Utc, Granularity.Hour, Limits.FirstInstantMs, Limits.LastInstantMs));
    }

    [Theory]
    [InlineData(IsoDayOfWeek.Monday, "23T00:00 30T00:00")]
    [InlineData(IsoDayOfWeek.Wednesday, "25T00:00")]
    [InlineData(IsoDayOfWeek.Saturday, "21T00:00 28T00:00")]
    [InlineData(IsoDayOfWeek.Sunday, "22T00:00 29T00:00")]
    public void A_week_begins_on_the_day_that_the_question_names(IsoDayOfWeek weekStart, string expected)
    {
        // From a Wednesday to a Tuesday.
        var (fromMs, toMs) = (Ms("2026-11-18T00:00Z"), Ms("2026-12-01T00:00Z"));
        var edges = BucketEdges.Find(DateTimeZone.Utc, Granularity.Week, fromMs, toMs, weekStart)!;
        Assert.Equal(expected, string.Join(' ', edges[1..^1].Select(Text)));
    }

    [Theory]
    [InlineData(Granularity.QuarterHour, 15)]
    [InlineData(Granularity.HalfHour, 30)]
    [InlineData(Granularity.Hour, 60)]
    public void Edges_ascend_and_hold_one_local_stretch_of_the_clock_each(Granularity granularity, int minutes) =>
        Seeds.ForEach(200, random =>
        {
            var (zone, fromMs, toMs) = Scene(random, days: 10);
            var edges = BucketEdges.Find(zone, granularity, fromMs, toMs)!;
            for (var i = 0; i + 1 < edges.Length; i++)
            {
                Assert.True(edges[i] < edges[i + 1], zone.Id);
                Assert.Equal(Stretch(edges[i]), Stretch(edges[i + 1] - 1));
                if (i > 0) Assert.NotEqual(Stretch(edges[i] - 1), Stretch(edges[i]));
            }

            (string, Offset, LocalDate, int, int) Stretch(long instantMs)
            {
                var local = Instant.FromUnixTimeMilliseconds(instantMs).InZone(zone);
                return (zone.Id, local.Offset, local.Date, local.Hour, local.Minute / minutes);
            }
        });

    [Fact]
    public void A_week_of_any_start_holds_its_dates_and_no_others() => Seeds.ForEach(200, random =>
    {
        var (zone, fromMs, toMs) = Scene(random, days: 60);
        var weekStart = (IsoDayOfWeek)random.Next(1, 8);
        var edges = BucketEdges.Find(zone, Granularity.Week, fromMs, toMs, weekStart)!;
        for (var i = 0; i + 1 < edges.Length; i++)
        {
            Assert.Equal(WeekOf(edges[i]), WeekOf(edges[i + 1] - 1));
            if (i > 0) Assert.NotEqual(WeekOf(edges[i] - 1), WeekOf(edges[i]));
        }

        LocalDate WeekOf(long instantMs)
        {
            var date = Instant.FromUnixTimeMilliseconds(instantMs).InZone(zone).Date;
            while (date.DayOfWeek != weekStart) date = date.PlusDays(-1);
            return date;
        }
    });

    /// <summary>A zone, and a window of it.</summary>
    private static (DateTimeZone Zone, long FromMs, long ToMs) Scene(Random random, int days)
    {
        var ids = DateTimeZoneProviders.Tzdb.Ids;
        var fromMs = random.NextInt64(Ms("1900-01-01T00:00Z"), Ms("2037-01-01T00:00Z"));
        return (
            DateTimeZoneProviders.Tzdb[ids[random.Next(ids.Count)]],
            fromMs,
            fromMs + random.NextInt64(1, days * 24 * 3_600_000L));
    }

    private static long Ms(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            .ToUnixTimeMilliseconds();

    private static string Text(long instantMs) =>
        InstantPattern.CreateWithInvariantCulture("dd'T'HH:mm").Format(Instant.FromUnixTimeMilliseconds(instantMs));
}
