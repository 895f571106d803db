using Grpc.Core;

namespace AgentStatus.Server.Tests.Grpc;

public sealed class StreamTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    private readonly CancellationTokenSource _limit = new(Until.Limit);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        for (var agent = 1; agent <= 50; agent++)
        {
            var status = (V1.AgentStatus)((agent % 7) + 1);
            await Server.Service.RecordAsync(
                status, Times.At(Now.AddMinutes(-agent)), origin: StatusOrigin.Call, agentId: agent);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _limit.Dispose();
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Thousands_outstanding_are_answered_in_order_the_bad_ones_too_and_half_close_ends_it()
    {
        const int Requests = 5_000;
        using var stream = Server.Service.StreamRingTargets(cancellationToken: _limit.Token);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Requests; i++) await stream.RequestStream.WriteAsync(Request(i));
            await stream.RequestStream.CompleteAsync();
        });
        for (var i = 0; i < Requests; i++)
        {
            Assert.True(await stream.ResponseStream.MoveNext(_limit.Token));
            var answer = stream.ResponseStream.Current;
            Assert.Equal((ulong)i, answer.RequestId);
            if (IsBad(i))
            {
                Assert.Equal(["company_id"], answer.Error.Fields.Select(field => field.Field));
                continue;
            }

            Assert.Null(answer.Error);
            Assert.Equal(Now, answer.KnownThrough.ToDateTimeOffset());
            Assert.Equal(
                Request(i).Targets.Select(target => target.AgentId), answer.Results.Select(result => result.AgentId));
        }

        Assert.False(await stream.ResponseStream.MoveNext(_limit.Token));
        Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
        await writing;
    }

    [Fact]
    public async Task The_three_ways_to_ask_give_the_same_answers()
    {
        using var stream = Server.Service.StreamRingTargets(cancellationToken: _limit.Token);
        var asked = Request(0);
        for (var outcome = 0; outcome <= 6; outcome++)
        {
            foreach (var target in asked.Targets) target.Outcome = (RingOutcome)outcome;
            await stream.RequestStream.WriteAsync(asked);
            Assert.True(await stream.ResponseStream.MoveNext(_limit.Token));
            var group = await Server.Service.ClassifyRingTargetsAsync(
                new() { CompanyId = asked.CompanyId, RingAt = asked.RingAt, Targets = { asked.Targets } });
            Assert.Equal(group.Results, stream.ResponseStream.Current.Results);
            foreach (var result in group.Results)
            {
                var one = await Server.Service.ClassifyRingTargetAsync(new()
                {
                    CompanyId = asked.CompanyId,
                    RingAt = asked.RingAt,
                    AgentId = result.AgentId,
                    Outcome = (RingOutcome)outcome,
                });
                Assert.Equal(result, new RingTargetResult
                {
                    AgentId = result.AgentId,
                    Classification = one.Classification,
                    Label = one.Label,
                    Status = one.Status,
                    StatusSince = one.StatusSince,
                    Origin = one.Origin,
                });
            }
        }
    }

    [Fact]
    public async Task AServer_that_stops_ends_the_stream_with_UNAVAILABLE()
    {
        using var stream = Server.Service.StreamRingTargets(cancellationToken: _limit.Token);
        await stream.RequestStream.WriteAsync(Request(1));
        Assert.True(await stream.ResponseStream.MoveNext(_limit.Token));
        Server.Part<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().StopApplication();
        var ended = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(_limit.Token));
        Assert.Equal((StatusCode.Unavailable, "the server is stopping"), (ended.StatusCode, ended.Status.Detail));
    }

    [Fact]
    public async Task A_caller_that_cancels_leaves_no_error_behind()
    {
        using var cancel = new CancellationTokenSource();
        using var stream = Server.Service.StreamRingTargets(cancellationToken: cancel.Token);
        await stream.RequestStream.WriteAsync(Request(1));
        Assert.True(await stream.ResponseStream.MoveNext(_limit.Token));
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(_limit.Token));
    }

    private static bool IsBad(int i) => i % 7 == 3;

    private static StreamRingTargetsRequest Request(int i) => new()
    {
        RequestId = (ulong)i,
        CompanyId = IsBad(i) ? 0 : 1,
        RingAt = Times.At(Now),
        Targets = { Enumerable.Range(0, 60 - (i % 60)).Select(n => new RingTarget { AgentId = 1 + ((i + n) % 60) }) },
    };
}
