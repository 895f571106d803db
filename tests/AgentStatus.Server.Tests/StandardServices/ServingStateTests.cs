using AgentStatus.Server.StandardServices;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using static Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentStatus.Server.Tests.StandardServices;

public sealed class ServingStateTests
{
    [Fact]
    public async Task Set_AfterTheStop_ChangesNothing()
    {
        using var stopping = new CancellationTokenSource();
        var state = new ServingState(stopping.Token);
        state.Set(Serving);

        await stopping.CancelAsync();
        state.Set(Serving);

        Assert.Equal(NotServing, state.Present);
        Assert.Equal([NotServing], await state.WatchAsync(CancellationToken.None).ToListAsync());
    }

    [Theory]
    [InlineData((int)Unknown)]
    [InlineData((int)ServiceUnknown)]
    public void Set_WhatNoServerIs_Throws(int status)
    {
        var state = new ServingState(CancellationToken.None);

        Assert.Throws<ArgumentOutOfRangeException>(() => state.Set((ServingStatus)status));
    }

    [Fact]
    public async Task WatchAsync_WhileManyThreadsSet_MissesNothing()
    {
        using var stopping = new CancellationTokenSource();
        var state = new ServingState(stopping.Token);
        var watchers = Enumerable.Range(0, 4)
            .Select(_ => state.WatchAsync(CancellationToken.None).ToListAsync().AsTask())
            .ToList();

        Parallel.For(0, 10_000, i => state.Set(i % 2 == 0 ? Serving : NotServing));
        await stopping.CancelAsync();
        var seen = await Task.WhenAll(watchers).WaitAsync(TimeSpan.FromSeconds(30));

        // Statuses that alternate from the first to the last, the same for all: none missed, none said twice.
        Assert.All(seen, statuses => Assert.Equal(seen[0], statuses));
        Assert.Equal(NotServing, seen[0][^1]);
        Assert.All(seen[0].Index(), at => Assert.Equal(at.Index % 2 == 0 ? NotServing : Serving, at.Item));
    }
}
