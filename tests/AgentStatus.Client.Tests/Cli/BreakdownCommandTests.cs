using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli;

/// <summary>`breakdown`, in all its forms.</summary>
public sealed class BreakdownCommandTests : FakeServerTests
{
    [Fact]
    public async Task Breakdown_shows_a_bar_and_adds_up()
    {
        Server.Service.OnBreakdown = _ => new GetBreakdownResponse { Agents = { Day() }, TimeZone = "Europe/Prague" };

        var (exitCode, output, _) = await Shell.RunAsync(
            Server, "breakdown --company 280197 --from 2025-09-30T22:00Z --to 2025-10-01T22:00Z --by day --segments");

        Assert.Equal(0, exitCode);
        Assert.Equal(Expected.Day, output);
        var request = Assert.Single(Server.Service.BrokenDown);
        Assert.Equal((Granularity.Day, true), (request.Granularity, request.IncludeSegments));
    }

    [Fact]
    public async Task Breakdown_that_does_not_add_up_says_so()
    {
        var day = Day();
        day.Buckets[0].Unknown = Duration.FromTimeSpan(TimeSpan.FromHours(7));
        Server.Service.OnBreakdown = _ => new GetBreakdownResponse { Agents = { day }, TimeZone = "UTC" };

        var (_, output, _) = await Shell.RunAsync(Server, "breakdown --company 1 --from -1d");

        Assert.Contains("Rows that do not add up to the length of their window: 1.", output);
        Assert.DoesNotContain("Adds up:", output);
    }

    [Fact]
    public async Task Breakdown_by_quarters_of_an_hour_and_weeks_of_any_start_asks_so_and_shows_faults_of_hours()
    {
        Server.Service.OnBreakdown = _ => new GetBreakdownResponse
        {
            Agents = { new AgentBreakdown { AgentId = 5, HoursFault = "agents.5.weekly: must be an object" } },
            TimeZone = "UTC",
        };

        await Shell.RunAsync(Server, "breakdown --company 1 --from -1d --by quarter-hour");
        var (exitCode, output, _) = await Shell.RunAsync(
            Server, "breakdown --company 1 --from -1d --by week --week-start sunday");

        Assert.Equal(
            (0, "Business hours of agent 5 are not known: agents.5.weekly: must be an object"), (exitCode, output));
        Assert.Equal(
            [(Granularity.QuarterHour, Weekday.Unspecified), (Granularity.Week, Weekday.Sunday)],
            Server.Service.BrokenDown.Select(request => (request.Granularity, request.WeekStart)));
    }

    [Fact]
    public async Task Breakdown_is_csv_or_json_for_other_programs()
    {
        Server.Service.OnBreakdown = _ => new()
        {
            TimeZone = "UTC",
            Agents = { Day(), new AgentBreakdown { AgentId = 8, HoursFault = "agents.8: no" } },
        };
        const string Breakdown = "breakdown --company 280197 --from -1d";

        var (exitCode, csv, error) = await Shell.RunAsync(Server, $"{Breakdown} --format csv");

        Assert.Equal((0, "agent 8: agents.8: no"), (exitCode, error));
        Assert.Equal(
            """
            agent_id,start_time,end_time,status,label,seconds
            380171,2025-09-30T22:00:00.000Z,2025-10-01T22:00:00.000Z,ON_CALL,,3599
            380171,2025-09-30T22:00:00.000Z,2025-10-01T22:00:00.000Z,OFFLINE,,25201
            380171,2025-09-30T22:00:00.000Z,2025-10-01T22:00:00.000Z,OUTSIDE_HOURS,,28800
            380171,2025-09-30T22:00:00.000Z,2025-10-01T22:00:00.000Z,UNKNOWN,,28800
            """,
            csv);
        Assert.Equal(
            """
            agent_id,start_time,end_time,status,label,seconds,origin,in_business_hours,carried_in,open
            380171,2025-09-30T22:00:00.000Z,2025-10-01T06:00:00.000Z,UNKNOWN,,28800,,false,false,false
            380171,2025-10-01T06:00:00.000Z,2025-10-01T21:00:05.000Z,OFFLINE,,54005,SUPERVISOR,true,true,true
            """,
            (await Shell.RunAsync(Server, $"{Breakdown} --segments --format csv")).Out);
        var json = (await Shell.RunAsync(Server, $"{Breakdown} --format json")).Out;
        Assert.Equal(
            Server.Service.OnBreakdown(new()), Google.Protobuf.JsonParser.Default.Parse<GetBreakdownResponse>(json));
    }

    private static AgentBreakdown Day() => new()
    {
        AgentId = 380171,
        Buckets =
        {
            new BreakdownBucket
            {
                StartTime = Shell.At("2025-09-30T22:00:00Z"),
                EndTime = Shell.At("2025-10-01T22:00:00Z"),
                Durations =
                {
                    new StatusDuration { Status = Status.OnCall, Duration = Duration.FromTimeSpan(new(0, 59, 59)) },
                    new StatusDuration { Status = Status.Offline, Duration = Duration.FromTimeSpan(new(7, 0, 1)) },
                },
                OutsideHours = Duration.FromTimeSpan(TimeSpan.FromHours(8)),
                Unknown = Duration.FromTimeSpan(TimeSpan.FromHours(8)),
            },
        },
        Segments =
        {
            new StatusSegment
            {
                StartTime = Shell.At("2025-09-30T22:00:00Z"),
                EndTime = Shell.At("2025-10-01T06:00:00Z"),
            },
            new StatusSegment
            {
                Status = Status.Offline,
                Origin = StatusOrigin.Supervisor,
                StartTime = Shell.At("2025-10-01T06:00:00Z"),
                EndTime = Shell.At("2025-10-01T21:00:05Z"),
                InBusinessHours = true,
                CarriedIn = true,
                Open = true,
            },
        },
    };
}
