using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli;

public sealed class EventCommandTests : FakeServerTests
{
    private static readonly Timestamp At = Timestamp.FromDateTimeOffset(Shell.Now.AddHours(-2));

    [Fact]
    public async Task Record_sends_the_event_and_shows_what_became_of_it()
    {
        Server.Service.OnRecord = (request, _) => Task.FromResult(new RecordStatusResponse
        {
            EventId = request.EventId,
            Outcome = RecordOutcome.Shadowed,
            EffectiveStatus = Status.Offline,
            EffectiveSince = Shell.At("2025-10-01T06:58:12Z"),
            Durability = Durability.Stored,
        });

        var (exitCode, output, error) = await Shell.RunAsync(
            Server, "record --company 280197 --agent 380171 --status online --origin app --at -2h --event-id a1");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            """
            Shadowed, Stored: event a1
            The agent's status at that time: Offline since 2025-10-01T06:58:12.000Z
            """,
            output);
        Assert.Equal(
            new RecordStatusRequest
            {
                CompanyId = 280197,
                AgentId = 380171,
                Status = Status.Online,
                Origin = StatusOrigin.App,
                OccurredAt = Timestamp.FromDateTimeOffset(Shell.Now.AddHours(-2)),
                EventId = "a1",
            },
            Assert.Single(Server.Service.Recorded));
    }

    [Fact]
    public async Task Retract_sends_the_retraction_and_shows_what_became_of_it()
    {
        Server.Service.OnRetract = _ => new()
        {
            Outcome = RetractOutcome.Retracted,
            Durability = Durability.Stored,
            EffectiveStatus = Status.Online,
            EffectiveSince = At,
        };

        var (exitCode, output, error) = await Shell.RunAsync(
            Server, "retract --company 280197 --event-id a1 --reason typo --actor import");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            """
            Retracted, Stored
            The agent's status at that time: Online since 2025-10-01T08:00:00.000Z
            """,
            output);
        Assert.Equal(
            new RetractStatusRequest { CompanyId = 280197, EventId = "a1", Reason = "typo", Actor = "import" },
            Assert.Single(Server.Service.Retracted));

        Server.Service.OnRetract = _ => new() { Outcome = RetractOutcome.Waiting, Durability = Durability.Stored };
        Assert.Equal(
            "Waiting, Stored", (await Shell.RunAsync(Server, "retract --company 1 --event-id x --reason y")).Out);
        Server.Service.OnRetract = _ => new() { Outcome = RetractOutcome.Duplicate };
        Assert.StartsWith(
            "Duplicate, Erased", (await Shell.RunAsync(Server, "retract --company 1 --event-id x --reason y")).Out);
        Assert.Equal(2, (await Shell.RunAsync(Server, "retract --company 1 --event-id x")).ExitCode);
    }

    [Fact]
    public async Task Events_lists_all_pages_with_what_became_of_each()
    {
        var away = new StatusEvent
        {
            AgentId = 7,
            Status = Status.Away,
            Origin = StatusOrigin.System,
            OccurredAt = At,
            EventId = "[a]",
            Sequence = -2,
            Label = "Lunch",
            Actor = "rule 7",
            RecordedAt = At,
            Outcome = RecordOutcome.Applied,
        };
        var left = new StatusEvent
        {
            AgentId = 7,
            Status = Status.Left,
            Origin = StatusOrigin.Supervisor,
            OccurredAt = At,
            EventId = "b",
            RecordedAt = At,
            Outcome = RecordOutcome.Shadowed,
            RetractedAt = At,
            RetractionReason = "typo",
            RetractionActor = "me",
        };
        Server.Service.OnListEvents = request => request.PageToken.Length == 0
            ? new() { Events = { away }, NextPageToken = "x" }
            : new() { Events = { left } };

        var (exitCode, output, _) = await Shell.RunAsync(Server, "events --company 1 --agent 7 --from -1d");

        Assert.Equal(0, exitCode);
        string[][] rows = [.. output.Split('\n').Where(line => line.StartsWith('│'))
            .Select(line => line.Split('│', StringSplitOptions.TrimEntries)[1..^1])];
        Assert.Equal(
            [
                ["Occurred at", "Status", "Origin", "Details", "Event", "Recorded at", "Outcome", "Retracted"],
                ["2025-10-01T08:00:00.000Z", "Away (Lunch)", "SYSTEM", "sequence -2, by rule 7", "[a]",
                    "2025-10-01T08:00:00.000Z", "APPLIED", ""],
                ["2025-10-01T08:00:00.000Z", "Left", "SUPERVISOR", "", "b", "2025-10-01T08:00:00.000Z", "SHADOWED",
                    "2025-10-01T08:00:00.000Z by me: typo"],
            ],
            rows);
        Assert.Equal(
            (Timestamp.FromDateTimeOffset(Shell.Now.AddDays(-1)), (Timestamp?)null),
            (Server.Service.EventsListed.First().StartTime, Server.Service.EventsListed.First().EndTime));
        Server.Service.OnListEvents = _ => new();
        Assert.Equal("No such events.", (await Shell.RunAsync(Server, "events --company 1 --agent 7")).Out);
    }

    [Fact]
    public async Task As_known_at_goes_out_with_rings_and_breakdowns()
    {
        await Shell.RunAsync(Server, "classify --company 1 --agent 7 --as-known-at -2h");
        await Shell.RunAsync(Server, "breakdown --company 1 --from -1d --as-known-at -2h");

        Assert.Equal(At, Assert.Single(Server.Service.GroupsClassified).AsKnownAt);
        Assert.Equal(At, Assert.Single(Server.Service.BrokenDown).AsKnownAt);
    }

    [Fact]
    public async Task Labels_stand_beside_the_status_and_have_a_line_of_their_own()
    {
        var end = Timestamp.FromDateTimeOffset(Shell.Now);
        Server.Service.OnBreakdown = _ => new()
        {
            TimeZone = "UTC",
            Agents =
            {
                new AgentBreakdown
                {
                    AgentId = 7,
                    Buckets =
                    {
                        new BreakdownBucket
                        {
                            StartTime = At, EndTime = end,
                            Durations =
                            {
                                Duration(Status.Away, "", 3_600), Duration(Status.Away, "Lunch", 2_400),
                                Duration(Status.Away, "Training", 1_200),
                            },
                        },
                    },
                    Segments =
                    {
                        new StatusSegment
                        {
                            StartTime = At, EndTime = end, Status = Status.Away, Label = "Lunch",
                            Origin = StatusOrigin.Agent,
                        },
                    },
                },
            },
        };
        Server.Service.OnClassifyGroup = _ => new()
        {
            Results =
            {
                new RingTargetResult { AgentId = 7, Label = "Away", Status = Status.Away, StatusLabel = "Lunch" },
            },
        };

        var (_, output, _) = await Shell.RunAsync(Server, "breakdown --company 1 --from -2h --segments");

        Assert.Contains(
            """
            Of that by label
            ╭───────┬──────────────────┬────────┬──────────┬──────────╮
            │ Agent │ From (UTC)       │ Status │ Label    │ Duration │
            ├───────┼──────────────────┼────────┼──────────┼──────────┤
            │ 7     │ 2025-10-01 08:00 │ Away   │ Lunch    │  0:40:00 │
            │ 7     │ 2025-10-01 08:00 │ Away   │ Training │  0:20:00 │
            ╰───────┴──────────────────┴────────┴──────────┴──────────╯
            """,
            output);
        Assert.Contains("Adds up", output);
        Assert.Contains("│ Away (Lunch) │", output);
        Assert.Contains(
            "│ Away       │ Away (Lunch) │", (await Shell.RunAsync(Server, "classify --company 1 --agent 7")).Out);
    }

    private static StatusDuration Duration(Status status, string label, long seconds) =>
        new() { Status = status, Label = label, Duration = new() { Seconds = seconds } };
}
