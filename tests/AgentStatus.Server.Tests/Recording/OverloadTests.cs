using AgentStatus.Server.Recording;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>More writes than the store can do: what is taken is recorded soon, the rest is refused at once.</summary>
public sealed class OverloadTests : IAsyncLifetime
{
    private const int Writes = 5 * ServerLimits.WritesUnderWayAtLeast;
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What a batch takes, by the server's clock: half of what a write may wait.</summary>
    private static readonly TimeSpan Batch = TimeSpan.FromTicks(ServerLimits.WriteWait.Ticks / 2);

    private TestServer _server = null!;
    private ControlledStore _store = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartOverAsync(Now, store => _store = new ControlledStore(store));

    public async ValueTask DisposeAsync()
    {
        _store.Release();
        await _server.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Of_five_times_what_a_slow_store_can_do_the_rest_is_refused_at_once_and_none_waits_for_long()
    {
        using var metrics = MeterReadings.Of(_server);
        await LearnAsync();
        var most = _server.Part<WriteAdmission>().Most;
        Assert.Equal(ServerLimits.WritesUnderWayAtLeast, most);
        Assert.Equal(most, metrics["agentstatus.queue.limit"]);

        // While nothing is recorded at all.
        var (before, batches) = (_server.Time.GetUtcNow(), _store.Appended.Count);
        _store.Hold();
        var writes = Enumerable.Range(0, Writes).Select(i => RecordAsync(1 + (i % 100))).ToList();
        await Until.TrueAsync(() => writes.Count(write => write.IsCompleted) == Writes - most);
        var refused = await Refused.ByAsync(() => writes.First(write => write.IsCompleted));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("WriteWait", refused.Message);
        Assert.Equal(
            TimeSpan.FromMilliseconds(ServerLimits.RetryAfterMs), refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan());
        Assert.Equal(Writes - most, metrics["agentstatus.writes.refused"]);

        _store.Release();
        await Until.TrueAsync(() => writes.TrueForAll(write => write.IsCompleted));
        Assert.Equal(most, writes.Count(write => write.IsCompletedSuccessfully));

        // The first batch is what was there when it began: one write, maybe.
        var waited = _server.Time.GetUtcNow() - before;
        Assert.Equal((_store.Appended.Count - batches) * Batch, waited);
        Assert.InRange(waited, TimeSpan.Zero, ServerLimits.WriteWait + Batch);

        // And then there is room again.
        await RecordAsync(1);
    }

    [Fact]
    public async Task While_some_are_refused_fewer_may_wait_and_a_moment_after_the_last_one_as_many_as_before()
    {
        // A batch takes all that a write may wait.
        _store.BeforeAppend = () => _server.Time.Advance(ServerLimits.WriteWait);
        await BatchAsync();
        var admission = _server.Part<WriteAdmission>();
        Assert.Equal(ServerLimits.WritesUnderWayAtLeast, await OverloadAsync());
        var before = _store.Appended.Count;
        Assert.Equal(ServerLimits.WritesInOverloadAtLeast, await OverloadAsync());
        Assert.InRange(_store.Appended.Count - before, 1, 2);

        // A request that finds room gets in with all that it brings, and so does a batch.
        Assert.All(
            (await _server.Service.ClassifyRingTargetsAsync(Group())).Results, result => Assert.Null(result.Error));

        _server.Time.Advance(ServerLimits.OverloadLasts);
        Assert.Equal(ServerLimits.WritesUnderWayAtLeast, admission.Most);
        Assert.Equal(ServerLimits.WritesUnderWayAtLeast, await OverloadAsync());
    }

    [Fact]
    public async Task What_would_wait_too_long_is_refused_before_it_is_read()
    {
        await LearnAsync();
        _store.Hold();
        var writes = Enumerable.Range(0, Writes).Select(_ => RecordAsync(1)).ToList();
        await Until.TrueAsync(() => writes.Exists(write => write.IsCompleted));
        var refused = await Refused.ByAsync(() => RecordAsync(agentId: -1));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Equal(
            TimeSpan.FromMilliseconds(ServerLimits.RetryAfterMs), refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan());
        _store.Release();
        await Until.TrueAsync(() => writes.TrueForAll(write => write.IsCompleted));
        refused = await Refused.ByAsync(() => RecordAsync(agentId: -1));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
    }

    [Fact]
    public async Task A_faster_store_may_have_more_under_way()
    {
        await LearnAsync();
        _store.BeforeAppend = () => _server.Time.Advance(Batch / 100);
        var admission = _server.Part<WriteAdmission>();
        for (var round = 0; round < 20; round++) await BatchAsync();
        Assert.InRange(admission.Most, ServerLimits.WritesUnderWayAtLeast + 1, ServerLimits.QueuedWrites);
    }

    /// <summary>Lets the server find out how slow the store is.</summary>
    private async Task LearnAsync()
    {
        _store.BeforeAppend = () => _server.Time.Advance(Batch);
        await BatchAsync();
    }

    /// <summary>A full batch.</summary>
    private async Task BatchAsync()
    {
        _store.Hold();
        var occupier = RecordAsync(1);
        await Until.TrueAsync(() => _store.IsWaiting);
        var writes = Enumerable.Range(0, ServerLimits.BatchWrites).Select(i => RecordAsync(1 + (i % 100))).ToList();
        await Until.TrueAsync(() => _server.Part<StatusWriter>().Queued >= writes.Count);
        _store.Release();
        await Task.WhenAll(writes.Append(occupier));
    }

    /// <summary>More than may be under way, while nothing is recorded; gives how many were taken.</summary>
    private async Task<int> OverloadAsync()
    {
        var most = _server.Part<WriteAdmission>().Most;
        _store.Hold();
        var writes = Enumerable.Range(0, Writes).Select(i => RecordAsync(1 + (i % 100))).ToList();
        await Until.TrueAsync(() => writes.Count(write => write.IsCompleted) >= Writes - most);
        _store.Release();
        await Until.TrueAsync(() => writes.TrueForAll(write => write.IsCompleted));
        return writes.Count(write => write.IsCompletedSuccessfully);
    }

    private static ClassifyRingTargetsRequest Group() => new()
    {
        CompanyId = 1,
        CallId = 1,
        RingAt = Times.At(Now),
        Record = true,
        Targets = { Enumerable.Range(1, 1_000).Select(id => new RingTarget { AgentId = id }) },
    };

    private async Task RecordAsync(long agentId) =>
        await _server.Service.RecordAsync(V1.AgentStatus.Online, agentId: agentId);
}
