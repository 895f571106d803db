using Grpc.Core;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Rings that servers on one database keep: at the same time, and while it is away.</summary>
[MongoDb]
public sealed class SharedStepTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Of_two_servers_that_keep_a_ring_at_once_one_wins_and_both_show_it()
    {
        using var database = new SharedDatabase();
        await using var first = await TestServer.StartAsync(Now, database.Args());
        await using var second = await TestServer.StartAsync(Now, database.Args());
        TestServer[] servers = [first, second];
        RingOutcome[] outcomes = [RingOutcome.Rejected, RingOutcome.Cancelled];
        for (var call = 1; call <= 20; call++)
        {
            if (call % 2 == 0) await first.Service.ClassifyRingTargetsAsync(Group(call, RingOutcome.Unspecified));
            var results = (await Task.WhenAll(servers.Zip(outcomes, async (server, outcome) =>
                (await server.Service.ClassifyRingTargetsAsync(Group(call, outcome))).Results))).ToArray();

            var steps = (await first.Service.GetCallStepsAsync(Of(call))).Steps;
            Assert.Equal(steps.Select(Kept), (await second.Service.GetCallStepsAsync(Of(call))).Steps.Select(Kept));
            for (var server = 0; server < servers.Length; server++)
            {
                Assert.Equal(
                    steps.Select(step => step.Outcome == outcomes[server] ? 0 : 6),
                    results[server].Select(result => result.Error?.Code ?? 0));
            }
        }
    }

    [Theory]
    [InlineData("refuse", "accept")]
    [InlineData("freeze", "thaw")]
    public async Task Rings_of_an_outage_are_kept_and_come_into_the_database(string away, string back)
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        await using var server = await TestServer.StartAsync(
            Now, database.Args(gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01"));
        await server.Service.ClassifyRingTargetsAsync(Group(1, RingOutcome.Unspecified));

        await gateway.OrderAsync(away);
        var results = (await server.Service.ClassifyRingTargetsAsync(Group(1, RingOutcome.NoAnswer))).Results;
        Assert.All(results, result => Assert.Null(result.Error));
        await server.Service.ClassifyRingTargetsAsync(Group(2, RingOutcome.NoAnswer));
        results = (await server.Service.ClassifyRingTargetsAsync(Group(2, RingOutcome.Rejected))).Results;
        Assert.All(results, result => Assert.Equal(6, result.Error.Code));
        var unavailable = await Refused.ByAsync(async () => await server.Service.GetCallStepsAsync(Of(2)));
        Assert.Equal(StatusCode.Unavailable, unavailable.Code);
        // The spool brings it through a restart, too.
        await server.StopAsync();

        await gateway.OrderAsync(back);
        await server.RestartAsync();
        for (var call = 1; call <= 2; call++)
        {
            var steps = (await server.Service.GetCallStepsAsync(Of(call))).Steps;
            Assert.Equal([RingOutcome.NoAnswer, RingOutcome.NoAnswer], steps.Select(step => step.Outcome));
        }

        await Until.TrueAsync(() =>
        {
            server.Time.Advance(ServerLimits.MaintenanceInterval);
            return server.Store.CallSteps.SpooledCount == 0;
        });
        Assert.Equal(
            Enumerable.Repeat("NO_ANSWER", 4), database.Texts("call_steps", "outcome"));
        Assert.Equal(2, (await server.Service.ListCallsAsync(new()
        {
            CompanyId = 1,
            StartTime = Times.At(Now.AddDays(-1)),
            EndTime = Times.At(Now),
        })).Calls.Count);
    }

    [Fact]
    public async Task A_full_spool_leaves_the_classification_and_an_error_at_each_target()
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        await using var server = await TestServer.StartAsync(
            Now, database.Args(gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01",
                "--Storage:SpoolLimit", "1048576"));
        server.ExpectsErrors = true;
        await gateway.OrderAsync("refuse");
        ClassifyRingTargetsResponse answer;
        var kept = 0;
        do
        {
            var group = Group(++kept, RingOutcome.NoAnswer);
            group.Targets.Add(Enumerable.Range(3, 900).Select(id => new RingTarget { AgentId = id }));
            answer = await server.Service.ClassifyRingTargetsAsync(group);
        }
        while (answer.Results[0].Error is null);

        Assert.All(answer.Results, result => Assert.Equal(14, result.Error.Code));
        Assert.All(answer.Results, result => Assert.Equal("Unknown", result.Label));
        var single = await Refused.ByAsync(async () => await server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = 1, AgentId = 1, CallId = 99_999, RingAt = Times.At(Now), Record = true }));
        Assert.Equal(StatusCode.Unavailable, single.Code);

        await gateway.OrderAsync("accept");
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(ServerLimits.MaintenanceInterval);
            return server.Store.CallSteps.SpooledCount == 0;
        });
        Assert.Equal(902, (await server.Service.GetCallStepsAsync(Of(kept - 1))).Steps.Count);
        Assert.Empty((await server.Service.GetCallStepsAsync(Of(kept))).Steps);
    }

    private static GetCallStepsRequest Of(long call) => new() { CompanyId = 1, CallId = call };

    private static (long, RingOutcome, StepClassification) Kept(CallStep step) =>
        (step.AgentId, step.Outcome, step.Given);

    private static ClassifyRingTargetsRequest Group(long call, RingOutcome outcome) => new()
    {
        CompanyId = 1,
        CallId = call,
        RingGroupId = 7,
        RingAt = Times.At(Now.AddMinutes(-1)),
        Record = true,
        Targets = { Enumerable.Range(1, 2).Select(id => new RingTarget { AgentId = id, Outcome = outcome }) },
    };
}
