using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.CompanySettings;

/// <summary>GetCompanyHours, and names of zones as Windows has them.</summary>
public sealed class GetCompanyHoursTests
{
    private const string Tokyo = """{"1": {"time_zone": "Tokyo Standard Time", "holidays": ["--12-25"]}}""";

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_version_in_force_then_is_answered_with_its_start_also_after_a_restart()
    {
        await using var server = await TestServer.StartWithHoursAsync(Start, Tokyo);
        await server.Service.RecordAsync(V1.AgentStatus.Online);
        var (_, first) = await AskAsync(server, null);
        server.Pass(TimeSpan.FromDays(1));
        server.WriteHours("""{"1": {"time_zone": "Europe/Prague"}}""");
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMinutes(5));
            return server.Part<CompanyHours>().Find(1)!.Latest.Hours.Zone.Id == "Europe/Prague";
        });
        var (_, second) = await AskAsync(server, null);
        const string tokyo = """{"time_zone":"Asia/Tokyo","holidays":["--12-25"]}""";
        const string prague = """{"time_zone":"Europe/Prague"}""";
        for (var restarts = 0; restarts < 2; restarts++)
        {
            Assert.Equal((prague, second), await AskAsync(server, null));
            Assert.Equal((prague, second), await AskAsync(server, second));
            Assert.Equal((tokyo, first), await AskAsync(server, second - 1));
            Assert.Equal((tokyo, first), await AskAsync(server, Limits.FirstInstantMs));
            await server.RestartAsync();
        }

        Assert.Equal(2, server.Store.ReadHours().Count());
    }

    [Fact]
    public async Task Of_a_company_without_events_nothing_is_stored()
    {
        await using var server = await TestServer.StartWithHoursAsync(Start, Tokyo);
        Assert.Equal("Asia/Tokyo", (await BreakdownAsync(server, "")).TimeZone);
        Assert.Contains("Asia/Tokyo", (await AskAsync(server, null)).Json);
        Assert.Equal("null", (await server.Service.GetCompanyHoursAsync(new() { CompanyId = 5 })).HoursJson);
        Assert.Empty(server.Store.ReadHours());
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_named()
    {
        await using var server = await TestServer.StartAsync(Start);
        (await Refused.ByAsync(() => AskAsync(server, null, companyId: 0))).AssertInvalid("company_id");
        (await Refused.ByAsync(() => AskAsync(server, server.NowMs + 5_001))).AssertInvalid("at");
        var bad = new GetCompanyHoursRequest { CompanyId = -1, At = new() { Nanos = -1 } };
        (await Refused.ByAsync(async () => await server.Service.GetCompanyHoursAsync(bad)))
            .AssertInvalid("company_id", "at");
        await AskAsync(server, server.NowMs + 5_000);
    }

    [Fact]
    public async Task Settings_that_never_came_are_UNAVAILABLE()
    {
        await using var settings = await SettingsServer.StartAsync();
        settings.FailWith = System.Net.HttpStatusCode.InternalServerError;
        await using var server = await TestServer.StartAsync(Start, "--CompanySettings:Url", settings.UrlTemplate);
        var refused = await Refused.ByAsync(() => AskAsync(server, null));
        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.Contains("business hours of company 1", refused.Message);
    }

    [Theory]
    [InlineData("Central Europe Standard Time", "Europe/Budapest")]
    [InlineData("UTC", "UTC")]
    [InlineData("UTC-11", "Etc/GMT+11")]
    [InlineData("Europe/Kiev", "Europe/Kiev")]
    public async Task A_request_may_name_a_zone_as_Windows_does_and_is_answered_with_the_IANA_name(
        string name, string expected)
    {
        await using var server = await TestServer.StartAsync(Start);
        Assert.Equal(expected, (await BreakdownAsync(server, name)).TimeZone);
    }

    [Fact]
    public async Task Quarters_of_an_hour_and_weeks_from_Sunday_are_buckets()
    {
        await using var server = await TestServer.StartAsync(Start);
        var quarters = await BreakdownAsync(server, "Asia/Kathmandu", Granularity.QuarterHour);
        Assert.Equal(7 * 96, quarters.Agents.Single().Buckets.Count);
        var halves = await BreakdownAsync(server, "Asia/Kathmandu", Granularity.HalfHour);
        Assert.Equal((7 * 48) + 1, halves.Agents.Single().Buckets.Count);

        // From Monday to Monday.
        var weeks = await BreakdownAsync(server, "UTC", Granularity.Week, Weekday.Sunday);
        Assert.Equal(
            [Start.AddDays(-1).DateTime],
            weeks.Agents.Single().Buckets.Skip(1).Select(bucket => bucket.StartTime.ToDateTime()));
        Assert.Single((await BreakdownAsync(server, "UTC", Granularity.Week)).Agents.Single().Buckets);
    }

    private static async Task<(string Json, long SinceMs)> AskAsync(TestServer server, long? atMs, long companyId = 1)
    {
        var request = new GetCompanyHoursRequest { CompanyId = companyId };
        if (atMs is { } ms) request.At = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(ms));
        var answer = await server.Service.GetCompanyHoursAsync(request);
        Assert.Empty(answer.Faults);
        return (answer.HoursJson, answer.InForceSince.ToDateTimeOffset().ToUnixTimeMilliseconds());
    }

    private static async Task<GetBreakdownResponse> BreakdownAsync(
        TestServer server, string zone, Granularity by = Granularity.Total, Weekday weekStart = Weekday.Unspecified) =>
        await server.Service.GetBreakdownAsync(new()
        {
            CompanyId = 1,
            AgentIds = { 1 },
            StartTime = Times.At(Start.AddDays(-7)),
            EndTime = Times.At(Start),
            TimeZone = zone,
            Granularity = by,
            WeekStart = weekStart,
        });
}
