using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli;

public sealed class CommandTests : FakeServerTests
{
    private static readonly Timestamp Since = At("2025-10-01T06:58:12Z");
    private static readonly Timestamp Known = At("2025-10-01T09:16:00Z");

    [Fact]
    public async Task Record_sends_the_event_and_shows_what_became_of_it()
    {
        Server.Service.OnRecord = (request, _) => Task.FromResult(new RecordStatusResponse
        {
            EventId = request.EventId,
            Outcome = RecordOutcome.Shadowed,
            EffectiveStatus = Status.Offline,
            EffectiveSince = Since,
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
    public async Task Classify_one_agent_shows_the_label_with_its_evidence()
    {
        Server.Service.OnClassifyGroup = request => new ClassifyRingTargetsResponse
        {
            Results =
            {
                new RingTargetResult
                {
                    AgentId = request.Targets.Single().AgentId,
                    Classification = RingClassification.Offline,
                    Label = "Offline",
                    Status = Status.Offline,
                    StatusSince = Since,
                    Origin = StatusOrigin.Agent,
                },
            },
            KnownThrough = Known,
        };

        var (exitCode, output, _) = await Shell.RunAsync(
            Server, "classify --company 280197 --agent 380171 --at 2025-10-01T09:15:30.250Z --outcome no-answer");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            """
            Call Steps
            ╭────────┬────────────┬─────────┬──────────────────────────┬────────────╮
            │ Agent  │ Call Steps │ Status  │ Since                    │ Decided by │
            ├────────┼────────────┼─────────┼──────────────────────────┼────────────┤
            │ 380171 │ Offline    │ Offline │ 2025-10-01T06:58:12.000Z │ AGENT      │
            ╰────────┴────────────┴─────────┴──────────────────────────┴────────────╯
            Known through 2025-10-01T09:16:00.000Z
            """,
            output);
        Assert.Equal(RingOutcome.NoAnswer, Assert.Single(Server.Service.GroupsClassified).Targets.Single().Outcome);
    }

    [Theory]
    [InlineData("--agents 1,2")]
    [InlineData("--agents 1 2")]
    [InlineData("--agent 1 --agent 2")]
    public async Task Classify_several_agents_is_one_request(string agents)
    {
        Server.Service.OnClassifyGroup = request => new ClassifyRingTargetsResponse
        {
            Results = { request.Targets.Select(t => new RingTargetResult { AgentId = t.AgentId, Label = "Unknown" }) },
            KnownThrough = Known,
        };

        var (exitCode, output, _) = await Shell.RunAsync(
            Server, $"classify --company 1 {agents} --queue-rule AVAILABLE_ONLY");

        Assert.Equal(0, exitCode);
        Assert.Equal(2, output.Split("│ Unknown    │ Unknown │").Length - 1);
        var request = Assert.Single(Server.Service.GroupsClassified);
        Assert.Equal([1, 2], request.Targets.Select(target => target.AgentId));
        Assert.Equal(QueueRule.AvailableOnly, request.QueueRule);
        Assert.Empty(Server.Service.Classified);
    }

    [Fact]
    public async Task Classify_that_keeps_the_ring_says_where_it_was_not_kept()
    {
        Server.Service.OnClassifyGroup = request => new ClassifyRingTargetsResponse
        {
            Results =
            {
                new RingTargetResult { AgentId = 1, Label = "Unknown" },
                new RingTargetResult { AgentId = 2, Label = "Away", Error = new() { Message = "kept otherwise" } },
            },
        };

        var (exitCode, output, error) = await Shell.RunAsync(
            Server, "classify --company 1 --agents 1,2 --record --call 7 --ring-group 5 --at -1m");

        Assert.Equal((1, "agentstatus: agent 2: kept otherwise"), (exitCode, error.Trim()));
        Assert.Contains("Away", output);
        var request = Assert.Single(Server.Service.GroupsClassified);
        Assert.Equal((true, 7, 5), (request.Record, request.CallId, request.RingGroupId));
    }

    [Fact]
    public async Task Steps_shows_what_was_given_and_what_is_now()
    {
        Server.Service.OnSteps = _ => new()
        {
            Steps =
            {
                new CallStep
                {
                    RingGroupId = 5, AgentId = 380171, RingAt = Since, Outcome = RingOutcome.NoAnswer, Changed = true,
                    Given = new() { Label = "Busy (missed)", Status = Status.Online },
                    Current = new() { Label = "Away", Status = Status.Away, StatusLabel = "Lunch" },
                },
                new CallStep
                {
                    AgentId = 380172, RingAt = Since,
                    Given = new() { Label = "Unknown" }, Current = new() { Label = "Unknown" },
                },
            },
        };

        var (exitCode, output, _) = await Shell.RunAsync(Server, "steps --company 280197 --call 985282287");

        Assert.Equal(0, exitCode);
        Assert.Equal(Expected.Steps, output);
        Assert.Equal(
            new GetCallStepsRequest { CompanyId = 280197, CallId = 985282287 },
            Assert.Single(Server.Service.StepsAsked));
        Server.Service.OnSteps = _ => new();
        Assert.Equal(
            "No rings of this call were kept.", (await Shell.RunAsync(Server, "steps --company 1 --call 1")).Out);
    }

    [Fact]
    public async Task Calls_lists_all_pages()
    {
        Server.Service.OnListCalls = request => new()
        {
            Calls =
            {
                new CallSummary
                {
                    CallId = request.PageToken.Length == 0 ? 7 : 8, FirstRingAt = Since, LastRingAt = Known,
                    StepCount = 3, ChangedStepCount = request.PageToken.Length,
                },
            },
            NextPageToken = request.PageToken.Length == 0 ? "x" : "",
        };

        var (exitCode, output, _) = await Shell.RunAsync(
            Server, "calls --company 280197 --from 2025-10-01T00:00Z --to 2025-10-02T00:00Z --agent 380171 --changed");

        Assert.Equal(0, exitCode);
        Assert.Equal(Expected.Calls, output);
        Assert.Equal(2, Server.Service.CallsListed.Count);
        Assert.All(
            Server.Service.CallsListed,
            request => Assert.Equal((380171, true), (request.AgentId, request.OnlyChanged)));
    }

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
    public async Task Hours_shows_the_version_as_JSON_since_when_and_the_faults()
    {
        Server.Service.OnHours = request => new GetCompanyHoursResponse
        {
            HoursJson = $$"""{"agents":{"{{request.CompanyId}}":{"fault":{"field":"\u0022"} } } }""",
            InForceSince = request.At,
            Faults = { new FieldFault { Field = "agents.5", Description = "must be an object" } },
        };

        var (exitCode, output, _) = await Shell.RunAsync(Server, "hours --company 5 --at 2025-10-01T06:58:12Z");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            """
            In force since 2025-10-01T06:58:12.000Z
            {
              "agents": {
                "5": {
                  "fault": {
                    "field": "\""
                  }
                }
              }
            }
            What is wrong with the settings as they were fetched last:
              agents.5: must be an object
            """,
            output);
    }

    [Fact]
    public async Task Hours_that_were_never_good_say_why()
    {
        Server.Service.OnHours = _ => new() { Faults = { new FieldFault { Description = "is not JSON" } } };

        var (_, output, _) = await Shell.RunAsync(Server, "hours --company 5");

        Assert.Equal(
            """
            No business hours were ever good.
            What is wrong with the settings as they were fetched last:
              is not JSON
            """,
            output);
    }

    [Fact]
    public async Task A_refused_command_names_code_and_fields_on_stderr_and_exits_1()
    {
        Server.Service.OnRecord = (_, _) => throw Errors.Bad(("company_id", "must be 1 or more"), ("agent_id", "too"));

        var result = await Shell.RunAsync(Server, "record --company 0 --agent 0 --status online --origin agent");

        Assert.Equal(
            (1, "", "agentstatus: INVALID_ARGUMENT: for a test\n  company_id: must be 1 or more\n  agent_id: too"),
            result);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named_and_exits_1()
    {
        Uri endpoint;
        await using (var gone = await FakeServer.StartAsync()) endpoint = gone.Endpoint;

        var (exitCode, output, error) = await Shell.RunAsync(endpoint, "classify --company 1 --agent 2");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("agentstatus: UNAVAILABLE: ", error);
        Assert.EndsWith($"({endpoint})", error);
        Assert.DoesNotContain('\n', error);
    }

    [Theory]
    [InlineData("record --company 1 --agent 2 --status online", "Option '--origin' is required.")]
    [InlineData("record --company 1 --agent 2 --status there --origin app", "--status: 'there' is none of online,")]
    [InlineData("classify --company 1 --agent x", "--agent: 'x' is not a number.")]
    [InlineData("classify --company 1 --agent 2 --at 2025-10-01", "--at: '2025-10-01' is not a time with a zone")]
    [InlineData("breakdown --company 1", "Option '--from' is required.")]
    [InlineData("erase --company 1 --agent 2", "This would erase agent 2 of company 1: all events, ")]
    [InlineData("erase --company 1", "This would erase all of company 1: ")]
    [InlineData("erase --company 1 --agent 0 --yes", "--agent: the id must be 1 or more.")]
    [InlineData("erase --agent 1 --yes", "Option '--company' is required.")]
    [InlineData("unheard-of", "Unrecognized command or argument 'unheard-of'.")]
    [InlineData("demo --endpoint nowhere", "--address: 'nowhere' is not an http or https address")]
    [InlineData("demo --address nowhere", "--address: 'nowhere' is not an http or https address")]
    public async Task A_command_line_that_is_not_understood_says_why_and_exits_2(string commandLine, string reason)
    {
        var (exitCode, output, error) = await Shell.RunAsync(new Uri("http://127.0.0.1:1"), commandLine);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains($"agentstatus: {reason}", error);
        Assert.Contains("--help", error);
    }

    [Fact]
    public async Task Demo_without_a_built_server_says_so_and_exits_1()
    {
        var result = await Shell.RunAsync(new Uri("http://127.0.0.1:1"), "demo --server nowhere.dll");

        Assert.Equal((1, "", "agentstatus: No file nowhere.dll."), result);
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
                StartTime = At("2025-09-30T22:00:00Z"),
                EndTime = At("2025-10-01T22:00:00Z"),
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
            new StatusSegment { StartTime = At("2025-09-30T22:00:00Z"), EndTime = At("2025-10-01T06:00:00Z") },
            new StatusSegment
            {
                Status = Status.Offline,
                Origin = StatusOrigin.Supervisor,
                StartTime = At("2025-10-01T06:00:00Z"),
                EndTime = At("2025-10-01T21:00:05Z"),
                InBusinessHours = true,
                CarriedIn = true,
                Open = true,
            },
        },
    };

    private static Timestamp At(string text) => Timestamp.FromDateTimeOffset(DateTimeOffset.Parse(text));
}
