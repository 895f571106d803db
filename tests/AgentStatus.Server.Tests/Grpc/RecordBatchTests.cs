using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>RecordStatuses, event by event.</summary>
public sealed class RecordBatchTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_event_has_its_result_in_order()
    {
        var (at, later) = (Times.At(Now.AddMinutes(-5)), Times.At(Now.AddMinutes(-4)));
        await Server.Service.RecordAsync(V1.AgentStatus.Away, at, "taken", agentId: 9);
        var bad = Requests.Event(V1.AgentStatus.Left, at, "bad", agentId: -1);
        var theirs = Requests.Event(V1.AgentStatus.Online, at, "theirs", companyId: 2);
        var label = Requests.Event(V1.AgentStatus.Away, at, "label");
        label.Label = new string('x', 65);
        RecordStatusRequest[] events =
        [
            Requests.Event(V1.AgentStatus.Online, at, "a"),
            bad,
            Requests.Event(V1.AgentStatus.Busy, at, "taken"),
            theirs,
            Requests.Event(V1.AgentStatus.Away, later, "b", companyId: 0),
            Requests.Event(V1.AgentStatus.Online, at, "a"),
            Requests.Event(V1.AgentStatus.Busy, later, "b"),
            label,
            Requests.Event(V1.AgentStatus.Offline, null, "now", agentId: 2),
        ];

        var results = await RecordAsync(events);

        Assert.Equal(
            ["Applied a", "3 status", "6", "3 company_id", "Applied b", "Duplicate a", "6", "3 label", "Applied now"],
            results.Select(Said));
        Assert.Equal(["agent_id", "status"], results[1].Error.Fields.Select(fault => fault.Field).Order());
        Assert.All(results.Where(result => result.Error is not null), result => Assert.NotEmpty(result.Error.Message));

        await Server.RestartAsync();
        Assert.Equal(V1.AgentStatus.Away, (await Server.Service.ClassifyAsync()).Status);
        Assert.Equal(V1.AgentStatus.Offline, (await Server.Service.ClassifyAsync(agentId: 2)).Status);
        Assert.Equal(["a", "b"], (await Server.Service.ListStatusEventsAsync(new() { CompanyId = 1, AgentId = 1 }))
            .Events.Select(e => e.EventId));
        Assert.Equal(
            ["Duplicate a", "3 status", "6", "3 company_id", "Duplicate b", "Duplicate a", "6", "3 label",
                "Duplicate now"],
            (await RecordAsync(events)).Select(Said));
    }

    [Fact]
    public async Task Of_no_events_there_are_no_results() => Assert.Empty(await RecordAsync());

    [Fact]
    public async Task A_thousand_events_of_one_agent_are_recorded_in_their_order()
    {
        var at = Times.At(Now.AddMinutes(-1));
        var results = await RecordAsync(
            [.. Enumerable.Range(0, 1_000).Select(i => Requests.Event((V1.AgentStatus)(5 + (i % 3)), at))]);

        Assert.Equal(RecordOutcome.Applied, results[^1].Recorded.Outcome);
        Assert.Equal(results.Select(one => one.Recorded.EventId).Order(StringComparer.Ordinal),
            results.Select(one => one.Recorded.EventId));
        await Server.RestartAsync();
        Assert.Equal(V1.AgentStatus.Busy, (await Server.Service.ClassifyAsync()).Status);
    }

    [Fact]
    public async Task Of_1001_events_none_is_recorded()
    {
        var refused = await Refused.ByAsync(() => RecordAsync(
            [.. Enumerable.Repeat(Requests.Event(V1.AgentStatus.Away), 1_001)]));

        refused.AssertInvalid("events");
        Assert.Contains("BatchEvents is 1000", refused.Message);
        refused = await Refused.ByAsync(async () => await Server.Service.RecordStatusesAsync(new()));
        refused.AssertInvalid("company_id");
    }

    [Fact]
    public async Task A_request_of_more_than_a_megabyte_names_the_limit()
    {
        var large = Requests.Event(V1.AgentStatus.Away);
        large.Actor = new string('x', 2_000);

        var refused = await Refused.ByAsync(() => RecordAsync([.. Enumerable.Repeat(large, 600)]));

        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains($"BatchRequestBytes is {1024 * 1024}", refused.Message);
        Assert.Equal(500, (await RecordAsync([.. Enumerable.Repeat(large, 500)])).Count);
    }

    [Fact]
    public async Task Ids_that_the_server_makes_rise_with_arrival()
    {
        var at = Times.At(Now.AddMinutes(-1));
        var agents = Enumerable.Range(1, 400).ToList();
        foreach (var agent in agents) await Server.Service.RecordAsync(V1.AgentStatus.Online, at, agentId: agent);
        await RecordAsync([.. agents.Select(agent => Requests.Event(V1.AgentStatus.Away, at, agentId: agent))]);

        for (var run = 0; run < 2; run++)
        {
            var group = new ClassifyRingTargetsRequest { CompanyId = 1, RingAt = at };
            group.Targets.Add(agents.Select(agent => new RingTarget { AgentId = agent }));
            var results = (await Server.Service.ClassifyRingTargetsAsync(group)).Results;
            Assert.Equal(400, results.Count(result => result.Status == V1.AgentStatus.Away));
            await Server.RestartAsync();
        }
    }

    private async Task<IReadOnlyList<RecordStatusesResult>> RecordAsync(params RecordStatusRequest[] events)
    {
        var request = new RecordStatusesRequest { CompanyId = 1 };
        request.Events.AddRange(events);
        return (await Server.Service.RecordStatusesAsync(request)).Results;
    }

    private static string Said(RecordStatusesResult result) => result.Error is { } error
        ? $"{error.Code} {error.Fields.LastOrDefault()?.Field}".Trim()
        : $"{result.Recorded.Outcome} {result.Recorded.EventId}";
}
