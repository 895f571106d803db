using AgentStatus.Cli.Seed;

namespace AgentStatus.Client.Tests.Cli.Seed;

public sealed class SeedPlanTests
{
    private static readonly SeedPlan Plan = Ending("2025-10-28T12:34:56Z");

    [Fact]
    public void A_plan_gives_the_same_events_each_time_and_a_later_one_gives_them_too()
    {
        var events = Events(Plan);
        var again = Events(Ending("2025-10-28T12:34:56Z"));
        var later = Events(Ending("2025-10-30T09:00:00Z") with { Days = 22 });

        Assert.Equal(events, again);
        Assert.True(later.Count > events.Count);
        Assert.All(events, e => Assert.Equal(e.Value, later[e.Key]));
    }

    [Fact]
    public void Another_number_gives_another_company() =>
        Assert.Empty(Events(Plan).Keys.Intersect(Events(Plan with { Number = 2 }).Keys));

    [Fact]
    public void Nothing_happens_after_the_end_and_somebody_works_until_then()
    {
        var last = Events(Plan).Values.Max(e => e.OccurredAt.ToDateTimeOffset());

        Assert.InRange(last, Plan.EndAt.AddMinutes(-30), Plan.EndAt.AddMilliseconds(-1));
    }

    [Theory]
    [InlineData("2025-03-30", 2.5, "2025-03-30T01:30:00Z")]
    [InlineData("2025-03-30", 3.5, "2025-03-30T01:30:00Z")]
    [InlineData("2025-10-26", 1.5, "2025-10-25T23:30:00Z")]
    [InlineData("2025-10-26", 4, "2025-10-26T03:00:00Z")]
    [InlineData("2025-10-25", 29.75, "2025-10-26T04:45:00Z")]
    public void A_time_is_what_the_clocks_of_the_zone_show(string date, double hours, string expected) =>
        Assert.Equal(
            DateTimeOffset.Parse(expected),
            Plan.Instant(DateOnly.Parse(date), TimeSpan.FromHours(hours)));

    private static SeedPlan Ending(string endAt) => new(
        1, 10, 20, 1, TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague"), DateTimeOffset.Parse(endAt));

    /// <summary>All events by id, late ones too.</summary>
    private static Dictionary<string, RecordStatusRequest> Events(SeedPlan plan) =>
        Enumerable.Range(0, plan.Days).Select(day => new CompanyDay(plan, plan.FirstDate.AddDays(day)))
            .SelectMany(day => day.Events.Concat(day.Late)).ToDictionary(e => e.EventId);
}
