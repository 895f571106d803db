using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Client.Tests;

public sealed class WatchStatusesTests : FakeServerTests
{
    private readonly CancellationTokenSource _limit = new(Until.Limit);

    [Fact]
    public async Task Messages_come_as_they_are_and_the_first_one_begins_anew()
    {
        WatchStatusesResponse[] sent = [Message(1, Status.Online), Message(2, Status.Away), Message(1, Status.Busy)];
        Server.Service.OnWatch = async (_, messages, context) =>
        {
            foreach (var message in sent) await messages.WriteAsync(message);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        using var client = Server.Connect();
        var request = new WatchStatusesRequest { CompanyId = 7, AgentIds = { 1, 2 } };
        var updates = await client.WatchStatusesAsync(request, _limit.Token).Take(3).ToListAsync();
        Assert.Equal(sent, updates.Select(update => update.Message));
        Assert.Equal([true, false, false], updates.Select(update => update.BeginsAnew));
        Assert.All(updates, update => Assert.True(update.IsLive));
        Assert.Equal(request, Assert.Single(Server.Service.Watched));
    }

    [Fact]
    public async Task A_stream_that_is_lost_is_said_so_and_another_one_begins_anew()
    {
        var endings = new[] { StatusCode.Unavailable, StatusCode.OK, StatusCode.ResourceExhausted, StatusCode.Internal };
        var streams = 0;
        Server.Service.OnWatch = async (_, messages, context) =>
        {
            var stream = streams++;
            await messages.WriteAsync(Message(stream, Status.Online));
            if (stream == endings.Length) await Task.Delay(Timeout.Infinite, context.CancellationToken);
            else if (endings[stream] != StatusCode.OK) throw Errors.Of(endings[stream]);
        };
        using var client = Server.Connect();
        var updates = await client.WatchStatusesAsync(new() { CompanyId = 1 }, _limit.Token)
            .Take(1 + (2 * endings.Length)).ToListAsync();
        var told = updates.Where(update => update.IsLive).ToList();
        Assert.Equal([0, 1, 2, 3, 4], told.Select(update => update.Message.Agents.Single().AgentId));
        Assert.All(told, update => Assert.True(update.BeginsAnew));
        Assert.Equal(
            endings.Select(code => code == StatusCode.OK ? StatusCode.Unavailable : code),
            updates.Where(update => !update.IsLive).Select(update => update.Lost!.StatusCode));
        Assert.All(updates.Where(update => !update.IsLive), update => Assert.Empty(update.Message.Agents));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_tried_until_it_is_with_pauses()
    {
        await using var gone = await FakeServer.StartAsync();
        var port = gone.Endpoint.Port;
        using var client = gone.Connect();
        await gone.DisposeAsync();
        FakeServer? back = null;
        try
        {
            var lost = 0;
            await foreach (var update in client.WatchStatusesAsync(new() { CompanyId = 1 }, _limit.Token))
            {
                if (update.IsLive) break;
                Assert.Equal(StatusCode.Unavailable, update.Lost!.StatusCode);
                if (++lost != 3) continue;
                var service = new FakeService
                {
                    OnWatch = (_, messages, _) => messages.WriteAsync(Message(1, Status.Online)),
                };
                back = await FakeServer.StartAsync(service, port);
            }

            Assert.InRange(lost, 3, int.MaxValue);
        }
        finally
        {
            if (back is not null) await back.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_stream_that_says_nothing_for_long_is_lost()
    {
        Server.Service.OnWatch = async (_, messages, context) =>
        {
            await messages.WriteAsync(Message(1, Status.Online));
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        };
        using var client = Server.Connect(options => options.WatchSilence = TimeSpan.FromSeconds(2));
        var updates = await client.WatchStatusesAsync(new() { CompanyId = 1 }, _limit.Token).Take(3).ToListAsync();
        Assert.Equal([true, false, true], updates.Select(update => update.IsLive));
        Assert.Equal(StatusCode.DeadlineExceeded, updates[1].Lost!.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_helped_is_thrown_and_a_cancelled_token_ends_it()
    {
        Server.Service.OnWatch = (_, _, _) => throw Errors.Bad(("company_id", "must be 1 or more"));
        using var client = Server.Connect();
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await client.WatchStatusesAsync(new(), _limit.Token).ToListAsync());
        Assert.Equal("company_id", refused.GetFieldViolations().Single().Field);
        Assert.Single(Server.Service.Watched);

        Server.Service.OnWatch = (_, _, context) => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var cancel = new CancellationTokenSource();
        var reading = client.WatchStatusesAsync(new() { CompanyId = 1 }, cancel.Token).ToListAsync();
        await Until.TrueAsync(() => Server.Service.Watched.Count == 2);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
    }

    private static WatchStatusesResponse Message(long agentId, Status status) => new()
    {
        Agents = { new WatchedAgent { AgentId = agentId, Status = status } },
        KnownThrough = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
    };
}
