using NodaTime;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>The law: an instant is inside business hours exactly if its local date and time lie in an interval. Random
/// calendars around changes of clocks, walked minute by minute, an hour of it second by second, and at each time that
/// the calendar names.</summary>
public sealed class MinuteByMinuteLawTests
{
    private const int WindowsPerZone = 6;
    private const long SecondMs = 1_000;
    private const long MinuteMs = 60_000;
    private const long DayMs = 86_400_000;

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Prague")]
    [InlineData("Europe/London")]
    [InlineData("Europe/Dublin")]
    [InlineData("America/New_York")]
    [InlineData("America/St_Johns")]
    [InlineData("America/Havana")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("America/Scoresbysund")]
    [InlineData("America/Caracas")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Africa/Cairo")]
    [InlineData("Africa/Monrovia")]
    [InlineData("Antarctica/Troll")]
    [InlineData("Asia/Amman")]
    [InlineData("Asia/Kathmandu")]
    [InlineData("Asia/Pyongyang")]
    [InlineData("Asia/Tehran")]
    [InlineData("Asia/Manila")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    [InlineData("Pacific/Kwajalein")]
    [InlineData("Pacific/Kiritimati")]
    public void OpenHours_AroundTransitions_EqualALiteralWalk(string zoneId)
    {
        var centres = Transitions(zoneId);
        Seeds.ForEach(WindowsPerZone, random => CheckWindow(random, zoneId, centres[random.Next(centres.Count)]));
    }

    [Theory]
    [InlineData("Pacific/Apia", "2011-12-30T10:00Z")]
    [InlineData("Africa/Monrovia", "1972-01-07T00:44:30Z")]
    [InlineData("America/Havana", "2025-03-09T05:00Z")]
    [InlineData("America/Havana", "2025-11-02T05:00Z")]
    [InlineData("Australia/Lord_Howe", "2025-04-05T15:00Z")]
    [InlineData("Australia/Lord_Howe", "2025-10-04T15:30Z")]
    [InlineData("Antarctica/Troll", "2025-03-30T01:00Z")]
    [InlineData("Africa/Casablanca", "2025-02-23T02:00Z")]
    public void OpenHours_AroundOddTransition_EqualALiteralWalk(string zoneId, string transition) =>
        Seeds.ForEach(WindowsPerZone, random => CheckWindow(random, zoneId, Instants.Ms(transition)));

    /// <summary>Far more calendars, at the instants that matter alone.</summary>
    [Fact]
    public void OpenHours_AtEachNamedTime_EqualTheRule()
    {
        string[] zones = ["UTC", "Europe/Prague", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"];
        var centres = zones.ToDictionary(zone => zone, Transitions);
        Seeds.ForEach(2_000, random =>
        {
            var zoneId = random.GetItems(zones, 1)[0];
            var centreMs = centres[zoneId][random.Next(centres[zoneId].Count)];
            var near = Instant.FromUnixTimeMilliseconds(centreMs).InZone(DateTimeZoneProviders.Tzdb[zoneId]).Date;
            var json = new RandomHours(random, near).Company(zoneId);
            var agent = random.Next(2) == 0 ? RandomHours.AgentWithOwnKeys : null;
            var (naive, text) = (new NaiveHours(json, agent), json.ToJsonString());
            var schedule = Instants.Hours(text).For(agent is null ? 1 : 7);
            var (fromMs, toMs) = (centreMs - DayMs, centreMs + DayMs);
            var named = naive.NamedInstants(text, fromMs, toMs).Where(at => at > fromMs && at < toMs);
            var open = schedule.Open(fromMs, toMs).ToList();
            foreach (var at in named.SelectMany(at => new[] { at - 1, at }))
            {
                var listed = open.Exists(interval => interval.StartMs <= at && at < interval.EndMs);
                if (listed != naive.IsOpen(at))
                    Assert.Fail($"{zoneId} at {Instant.FromUnixTimeMilliseconds(at)} found {listed}\n{json}");
            }
        });
    }

    private static void CheckWindow(Random random, string zoneId, long centreMs)
    {
        var zone = DateTimeZoneProviders.Tzdb[zoneId];
        var near = Instant.FromUnixTimeMilliseconds(centreMs).InZone(zone).Date;
        var json = new RandomHours(random, near).Company(zoneId);
        var agent = random.Next(2) == 0 ? RandomHours.AgentWithOwnKeys : null;
        var naive = new NaiveHours(json, agent);
        var schedule = Instants.Hours(json.ToJsonString()).For(agent is null ? 1 : 7);

        var fromMs = centreMs - 3 * DayMs / 2 + random.NextInt64(-DayMs / 2, DayMs / 2);
        var toMs = centreMs + 3 * DayMs / 2 + random.NextInt64(-DayMs / 2, DayMs / 2);
        var open = schedule.Open(fromMs, toMs).ToList();
        for (var at = fromMs; at < toMs; at += MinuteMs) Check(at);
        var hourMs = random.NextInt64(fromMs, toMs);
        for (var at = hourMs; at < hourMs + (60 * MinuteMs); at += SecondMs) Check(at);
        foreach (var edge in open.SelectMany(interval => new[] { interval.StartMs, interval.EndMs }))
        {
            Check(edge - 1);
            Check(edge);
        }
        foreach (var named in naive.NamedInstants(json.ToJsonString(), fromMs, toMs))
        {
            Check(named - 1);
            Check(named);
        }

        Assert.All(open, interval => Assert.True(interval.StartMs < interval.EndMs));
        Assert.All(open.Zip(open.Skip(1)), pair => Assert.True(pair.First.EndMs < pair.Second.StartMs));

        void Check(long at)
        {
            var expected = naive.IsOpen(at);
            var found = schedule.Open(at, at + 1).Any();
            var listed = open.Any(interval => interval.StartMs <= at && at < interval.EndMs);
            var inside = fromMs <= at && at < toMs;
            if (found != expected || inside && listed != expected)
                Assert.Fail($"{zoneId} at {Instant.FromUnixTimeMilliseconds(at)} expected {expected}, "
                    + $"found {found}, listed {listed}\n{json}");
        }
    }

    private static List<long> Transitions(string zoneId)
    {
        var transitions = DateTimeZoneProviders.Tzdb[zoneId]
            .GetZoneIntervals(Instant.FromUtc(1880, 1, 1, 0, 0), Instant.FromUtc(2060, 1, 1, 0, 0))
            .Where(stretch => stretch.HasStart)
            .Select(stretch => stretch.Start.ToUnixTimeMilliseconds())
            .ToList();
        return transitions.Count > 0 ? transitions : [Instants.Ms("2026-02-28T00:00Z")];
    }
}
