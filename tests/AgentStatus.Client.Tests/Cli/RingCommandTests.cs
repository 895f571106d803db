using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests.Cli;

/// <summary>`classify`, `steps` and `calls`.</summary>
public sealed class RingCommandTests : FakeServerTests
{
    private static readonly Timestamp Since = Shell.At("2025-10-01T06:58:12Z");
    private static readonly Timestamp Known = Shell.At("2025-10-01T09:16:00Z");

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
}
