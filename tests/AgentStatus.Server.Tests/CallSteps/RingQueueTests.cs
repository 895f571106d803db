using AgentStatus.Server.Tests.Recording;
using Grpc.Core;

namespace AgentStatus.Server.Tests.CallSteps;

/// <summary>Rings that wait for the writer: how many may, and what becomes of them.</summary>
public sealed class RingQueueTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_address_has_a_share_of_the_queue_and_classifications_go_on()
    {
        ControlledStore held = null!;
        await using var server = await TestServer.StartOverAsync(Now, store => held = new ControlledStore(store));
        held.Hold();
        var recording = server.Service.RecordAsync(V1.AgentStatus.Online);
        await Until.TrueAsync(() => held.IsWaiting);

        // A group holds some memory; these are within a connection's share of that.
        var waiting = new List<Task<ClassifyRingTargetsResponse>>();
        ClassifyRingTargetsResponse? refused = null;
        for (var call = 1; refused is null; call++)
        {
            var keeping = server.Service.ClassifyRingTargetsAsync(Group(call)).ResponseAsync;
            waiting.Add(keeping);
            await Until.TrueAsync(() =>
                keeping.IsCompleted || server.Part<Server.Recording.CallStepQueue>().Queued == call * 1_000);
            if (keeping.IsCompleted) refused = await keeping;
        }

        // The last one that got in found room for a ring, and so for all of its own.
        Assert.Equal((ServerLimits.QueuedWrites / 2 / 1_000) + 1, waiting.Count - 1);
        Assert.All(refused.Results, result => Assert.Equal((8, "Unknown"), (result.Error.Code, result.Label)));
        Assert.Contains("WriteWait", refused.Results[0].Error.Message);
        Assert.Equal("Unknown", (await server.Service.ClassifyAsync(5)).Label);
        Assert.InRange(server.Part<Server.Recording.StatusWriter>().Queued, 17_000, 17_100);

        held.Release();
        await recording;
        foreach (var answer in await Task.WhenAll(waiting.SkipLast(1)))
            Assert.All(answer.Results, result => Assert.Null(result.Error));
        Assert.Equal(1_000, (await server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = 3 })).Steps.Count);
    }

    [Fact]
    public async Task What_is_queued_at_a_stop_is_kept()
    {
        await using var server = await TestServer.StartAsync(Now);
        var queue = server.Part<Server.Recording.CallStepQueue>();
        var keeping = Enumerable.Range(1, 20).Select(call =>
            server.Service.ClassifyRingTargetsAsync(Group(call)).ResponseAsync).ToList();
        await server.StopAsync();
        var kept = 0;
        foreach (var answer in keeping)
        {
            try
            {
                kept += (await answer).Results.Count(result => result.Error is null);
            }
            catch (RpcException)
            {
                // Refused, or its connection closed before the answer.
            }
        }

        Assert.Equal(0, queue.Queued);
        await server.RestartAsync();
        var stored = 0;
        for (var call = 1; call <= 20; call++)
            stored += (await server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = call })).Steps.Count;
        Assert.InRange(stored, kept, 20_000);
    }

    [Fact]
    public async Task A_call_with_more_steps_than_an_answer_holds_is_refused_and_listed()
    {
        await using var server = await TestServer.StartAsync(Now);
        for (var round = 0; round < 5; round++)
        {
            var group = Group(1);
            group.RingAt = Times.At(Now.AddSeconds(-round));
            await server.Service.ClassifyRingTargetsAsync(group);
            await server.Service.ClassifyRingTargetsAsync(new(group) { CallId = 2 + round });
        }

        var refused = await Refused.ByAsync(async () =>
            await server.Service.GetCallStepsAsync(new() { CompanyId = 1, CallId = 1 }));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("CallSteps is 4000", refused.Message);

        var listed = new List<(long, int)>();
        var request = new ListCallsRequest
        {
            CompanyId = 1,
            StartTime = Times.At(Now.AddDays(-1)),
            EndTime = Times.At(Now.AddDays(1)),
        };
        do
        {
            var page = await server.Service.ListCallsAsync(request);
            // A page ends with the call that exceeds its steps.
            Assert.InRange(
                page.Calls.Sum(call => call.StepCount), 0, ServerLimits.ListedSteps + ServerLimits.CallSteps);
            listed.AddRange(page.Calls.Select(call => (call.CallId, call.StepCount)));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(
            [(1, 4_000), (6, 1_000), (5, 1_000), (4, 1_000), (3, 1_000), (2, 1_000)], listed);
    }

    private static ClassifyRingTargetsRequest Group(long call) => new()
    {
        CompanyId = 1,
        CallId = call,
        RingAt = Times.At(Now),
        Record = true,
        Targets = { Enumerable.Range(1, 1_000).Select(id => new RingTarget { AgentId = id }) },
    };
}
