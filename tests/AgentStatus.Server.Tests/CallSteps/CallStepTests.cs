using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Tests.CallSteps;

/// <summary>Rings that are kept, through the API.</summary>
public sealed class CallStepTests() : ServerTests(Now)
{
    private const long CallId = 985282287;

    private static readonly DateTimeOffset Now = new(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly Timestamp RingAt = Times.At(Now.AddMinutes(-10));

    [Fact]
    public async Task A_kept_ring_is_there_with_its_evidence_after_a_restart_too()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(Now.AddHours(-16)));
        var given = await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.NoAnswer));
        Assert.Equal("Offline", given.Label);
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.NoAnswer, record: false, agentId: 2));

        for (var run = 0; run < 2; run++)
        {
            var step = Assert.Single((await StepsAsync()).Steps);
            Assert.Equal(
                (7, 1, QueueRule.AvailableOnly, RingAt, RingOutcome.NoAnswer, false),
                (step.RingGroupId, step.AgentId, step.QueueRule, step.RingAt, step.Outcome, step.Changed));
            Assert.Equal(
                new StepClassification
                {
                    Classification = RingClassification.Offline,
                    Label = "Offline",
                    Status = V1.AgentStatus.Offline,
                    StatusSince = given.StatusSince,
                    Origin = StatusOrigin.Agent,
                    KnownThrough = given.KnownThrough,
                    RecordedAt = Times.At(Now),
                },
                step.Given);
            Assert.Equal(
                new StepClassification(step.Given) { KnownThrough = Times.At(Server.NowMs), RecordedAt = null },
                step.Current);
            Server.Pass(TimeSpan.FromMinutes(5));
            await Server.RestartAsync();
        }
    }

    [Fact]
    public async Task A_late_event_changes_what_is_shown_now_and_not_what_was_given()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-2)));
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.NoAnswer));
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.Answered, agentId: 2));
        Assert.Equal([0], (await ListAsync(new())).Calls.Select(call => call.ChangedStepCount));

        await Server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(Now.AddHours(-1)));

        for (var run = 0; run < 2; run++)
        {
            var steps = (await StepsAsync()).Steps;
            Assert.Equal([true, false], steps.Select(step => step.Changed));
            Assert.Equal(
                ("Busy (missed)", V1.AgentStatus.Online, "Offline", V1.AgentStatus.Offline),
                (steps[0].Given.Label, steps[0].Given.Status, steps[0].Current.Label, steps[0].Current.Status));
            Assert.Equal([(2, 1)], (await ListAsync(new() { OnlyChanged = true })).Calls
                .Select(call => (call.StepCount, call.ChangedStepCount)));
            Assert.Empty((await ListAsync(new() { OnlyChanged = true, AgentId = 2 })).Calls);
            await Server.RestartAsync();
        }
    }

    [Fact]
    public async Task A_retraction_changes_what_is_shown_now()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-2)));
        await Server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(Now.AddHours(-1)), id: "wrong");
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.NoAnswer));

        await Server.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = "wrong" });

        for (var run = 0; run < 2; run++)
        {
            var step = Assert.Single((await StepsAsync()).Steps);
            Assert.Equal(("Offline", "Busy (missed)", true), (step.Given.Label, step.Current.Label, step.Changed));
            await Server.RestartAsync();
        }
    }

    [Fact]
    public async Task Labels_are_kept_and_another_one_is_a_change()
    {
        async Task AwayAsync(TimeSpan ago, string label) => await Server.Service.RecordStatusAsync(new(
            Requests.Event(V1.AgentStatus.Away, Times.At(Now - ago)))
        { Label = label });
        await AwayAsync(TimeSpan.FromHours(2), "Lunch \u2615");
        var single = await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.NoAnswer));
        var group = await Server.Service.ClassifyRingTargetsAsync(Group(1, 2));
        Assert.Equal("Lunch \u2615", single.StatusLabel);
        Assert.Equal(["Lunch \u2615", ""], group.Results.Select(result => result.StatusLabel));

        await AwayAsync(TimeSpan.FromHours(1), "Training");

        for (var run = 0; run < 2; run++)
        {
            var steps = (await StepsAsync()).Steps;
            Assert.Equal([true, false], steps.Select(step => step.Changed));
            Assert.Equal(
                ("Lunch \u2615", "Training", "Away"),
                (steps[0].Given.StatusLabel, steps[0].Current.StatusLabel, steps[0].Current.Label));
            Assert.Equal("Training", (await Server.Service.ClassifyAsync(at: RingAt)).StatusLabel);
            await Server.RestartAsync();
        }
    }

    [Fact]
    public async Task The_outcome_comes_after_the_ring_and_only_once()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-2)));
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.Unspecified));
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.DeviceBusy));
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.DeviceBusy));
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.Unspecified));

        foreach (var other in (ClassifyRingTargetRequest[])[
            Ring(RingOutcome.Rejected), new(Ring(RingOutcome.DeviceBusy)) { QueueRule = QueueRule.Always }])
        {
            var refused = await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetAsync(other));
            Assert.Equal(StatusCode.AlreadyExists, refused.Code);
            Assert.Equal("RING_KEPT_OTHERWISE", refused.Detail<Google.Rpc.ErrorInfo>().Reason);
        }

        await Server.RestartAsync();
        var step = Assert.Single((await StepsAsync()).Steps);
        Assert.Equal((RingOutcome.DeviceBusy, "Busy"), (step.Outcome, step.Given.Label));
    }

    [Fact]
    public async Task A_group_says_of_each_target_what_could_not_be_kept_and_its_classification_all_the_same()
    {
        await Server.Service.RecordAsync(V1.AgentStatus.Away, Times.At(Now.AddHours(-2)), agentId: 2);
        await Server.Service.ClassifyRingTargetAsync(Ring(RingOutcome.Rejected, agentId: 2));
        var group = Group(1, 2, 3, 3);
        group.Targets[3].Outcome = RingOutcome.Answered;

        var unary = await Server.Service.ClassifyRingTargetsAsync(group);
        var again = (await OnStreamAsync(new StreamRingTargetsRequest
        {
            CompanyId = 1,
            CallId = CallId,
            RingGroupId = 7,
            QueueRule = group.QueueRule,
            RingAt = RingAt,
            Targets = { group.Targets },
            Record = true,
        })).Single();

        foreach (var results in (IList<RingTargetResult>[])[unary.Results, again.Results])
        {
            Assert.Equal([0, 6, 0, 6], results.Select(result => result.Error?.Code ?? 0));
            Assert.Equal(
                ["Unknown", "Away", "Unknown", "Answered"], results.Select(result => result.Label));
        }

        await Server.RestartAsync();
        Assert.Equal(
            [(1, RingOutcome.NoAnswer), (2, RingOutcome.Rejected), (3, RingOutcome.NoAnswer)],
            (await StepsAsync()).Steps.Select(step => (step.AgentId, step.Outcome)));
    }

    [Fact]
    public async Task Record_needs_call_id_and_ring_at()
    {
        (await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = 1, AgentId = 1, Record = true }))).AssertInvalid("call_id", "ring_at");
        (await Refused.ByAsync(async () => await Server.Service.ClassifyRingTargetsAsync(
            new() { CompanyId = 1, CallId = 1, Record = true }))).AssertInvalid("ring_at");
        var answers = await OnStreamAsync(
            new StreamRingTargetsRequest { CompanyId = 1, RingAt = RingAt, Record = true, RequestId = 5 },
            new() { CompanyId = 1, RingAt = RingAt, RequestId = 6 });
        Assert.Equal(["call_id"], answers[0].Error.Fields.Select(fault => fault.Field));
        Assert.Null(answers[1].Error);
        Assert.Empty((await Server.Service.ClassifyRingTargetsAsync(
            new() { CompanyId = 1, CallId = 1, RingAt = RingAt, Record = true })).Results);
    }

    [Fact]
    public async Task Questions_are_checked()
    {
        (await Refused.ByAsync(async () => await Server.Service.GetCallStepsAsync(new())))
            .AssertInvalid("company_id", "call_id");
        Assert.Empty((await Server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = 1 })).Steps);
        (await Refused.ByAsync(async () => await Server.Service.ListCallsAsync(
            new() { AgentId = -1, PageSize = -1, PageToken = "x" })))
            .AssertInvalid("company_id", "agent_id", "page_size", "start_time", "end_time", "page_token");
        (await Refused.ByAsync(async () => await Server.Service.ListCallsAsync(
            new() { CompanyId = 1, StartTime = RingAt, EndTime = RingAt }))).AssertInvalid("end_time");
    }

    [Fact]
    public async Task A_page_token_belongs_to_its_request()
    {
        for (var call = 1; call <= 3; call++)
            await Server.Service.ClassifyRingTargetAsync(new(Ring(RingOutcome.NoAnswer)) { CallId = call });
        var first = await ListAsync(new() { PageSize = 1 });
        Assert.Equal([1], first.Calls.Select(call => call.CallId));

        Assert.Equal([2, 3], (await ListAsync(new() { PageToken = first.NextPageToken })).Calls
            .Select(call => call.CallId));
        (await Refused.ByAsync(async () => await ListAsync(
            new() { AgentId = 1, PageToken = first.NextPageToken }))).AssertInvalid("page_token");
        (await Refused.ByAsync(async () => await ListAsync(
            new() { PageToken = "A" + first.NextPageToken[1..] }))).AssertInvalid("page_token");
    }

    private static ClassifyRingTargetRequest Ring(RingOutcome outcome, long agentId = 1, bool record = true) => new()
    {
        CompanyId = 1,
        AgentId = agentId,
        CallId = CallId,
        RingGroupId = 7,
        QueueRule = QueueRule.AvailableOnly,
        RingAt = RingAt,
        Outcome = outcome,
        Record = record,
    };

    private static ClassifyRingTargetsRequest Group(params long[] agents) => new()
    {
        CompanyId = 1,
        CallId = CallId,
        RingGroupId = 7,
        QueueRule = QueueRule.AvailableOnly,
        RingAt = RingAt,
        Targets = { agents.Select(id => new RingTarget { AgentId = id, Outcome = RingOutcome.NoAnswer }) },
        Record = true,
    };

    private async Task<GetCallStepsResponse> StepsAsync() =>
        await Server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = CallId });

    private async Task<ListCallsResponse> ListAsync(ListCallsRequest request) =>
        await Server.Service.ListCallsAsync(new(request)
        {
            CompanyId = 1,
            StartTime = Times.At(Now.AddHours(-1)),
            EndTime = Times.At(Now),
        });

    private async Task<List<StreamRingTargetsResponse>> OnStreamAsync(params StreamRingTargetsRequest[] requests)
    {
        using var stream = Server.Service.StreamRingTargets();
        foreach (var request in requests) await stream.RequestStream.WriteAsync(request);
        await stream.RequestStream.CompleteAsync();
        var answers = new List<StreamRingTargetsResponse>();
        await foreach (var answer in stream.ResponseStream.ReadAllAsync()) answers.Add(answer);
        return answers;
    }
}
