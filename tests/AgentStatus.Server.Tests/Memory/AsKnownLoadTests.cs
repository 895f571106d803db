using AgentStatus.Server.Tests.Recording;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Memory;

/// <summary>Rings as known at an instant whose agents have very many events, and what everybody else notices of
/// them.</summary>
public sealed class AsKnownLoadTests : IAsyncLifetime
{
    private const int Portion = 10_000;
    private const long Many = (ServerLimits.AsKnownEvents / 2) + Portion;
    private const long Endless = long.MaxValue;

    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LongAgo = Now.AddDays(-100);

    private ControlledStore _store = null!;
    private TestServer _server = null!;

    /// <summary>Agents 1 and 2 are OFFLINE since long ago, which memory does not know after the restart.</summary>
    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartOverAsync(Now, real => _store = new ControlledStore(real));
        for (var agentId = 1; agentId <= 2; agentId++)
            await _server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(LongAgo), agentId: agentId);
        await _server.RestartAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_ring_of_long_ago_does_not_wait_behind_groups_as_known_at_an_instant()
    {
        using var open = new ManualResetEventSlim();
        var waiting = 0;
        _store.BeforeRead = agent =>
        {
            if (agent.AgentId == 1) return;
            Interlocked.Increment(ref waiting);
            open.Wait();
        };
        var groups = Enumerable.Range(0, 8).Select(_ => AskAsync(Group(2, 3, 4))).ToList();
        await Until.TrueAsync(() => waiting >= 2);

        var answer = await _server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = 1, AgentId = 1, RingAt = Times.At(LongAgo.AddDays(2)) }, deadline: Soon);
        Assert.Equal(RingClassification.Offline, answer.Classification);
        Assert.InRange(waiting, 2, ServerLimits.AsKnownRingsOfAddress);
        open.Set();
        foreach (var group in groups) Assert.Equal(V1.AgentStatus.Offline, (await group).Results[0].Status);
    }

    [Fact]
    public async Task One_address_leaves_places_for_others_and_its_own_requests_are_refused_when_too_many_wait()
    {
        var lookup = _server.Part<AsKnownLookup>();
        var (one, other) = (IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2"));
        using var ended = new CancellationTokenSource();
        var taken = Enumerable.Range(0, ServerLimits.AsKnownRingsOfAddress).Select(_ => BeginAsync(one)).ToList();
        Assert.All(taken, place => Assert.True(place.IsCompletedSuccessfully));
        var waiting = Enumerable.Range(0, ServerLimits.QueuedAsKnownRingsOfAddress)
            .Select(_ => lookup.TryBeginAsync(one, 0, 0, ended.Token)).ToList();
        Assert.All(waiting, place => Assert.False(place.IsCompleted));

        var refused = await Refused.ByAsync(async () => await AskAsync(Group(1)));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("QueuedAsKnownRings", refused.Message);
        Assert.Equal(
            TimeSpan.FromMilliseconds(ServerLimits.BreakdownRetryAfterMs),
            refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan());
        Assert.NotNull(await BeginAsync(other));

        // Who waits leaves when nobody waits for the answer any more, and a place that is given back is another's.
        await ended.CancelAsync();
        foreach (var place in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => place);
        (await taken[0])!.Dispose();
        Assert.Single((await AskAsync(Group(1))).Results);

        Task<AsKnownLookup.Request?> BeginAsync(IPAddress address) =>
            lookup.TryBeginAsync(address, 0, 0, CancellationToken.None);
    }

    [Fact]
    public async Task An_agent_that_a_group_names_often_is_read_once()
    {
        _store.Reads.Clear();
        var answer = await AskAsync(Group([.. Enumerable.Repeat(2L, Limits.RingTargets)]));
        Assert.Equal(Limits.RingTargets, answer.Results.Count);
        Assert.All(answer.Results, result => Assert.Equal(V1.AgentStatus.Offline, result.Status));
        var reads = _store.Reads.Where(read => read.Thread != "offline-periods").ToList();
        Assert.Equal(1, reads.Sum(read => read.Events));
        Assert.All(reads, read => Assert.Equal("low-priority", read.Thread));
    }

    [Fact]
    public async Task Agents_with_more_events_than_a_request_may_read_are_refused_and_a_single_one_never()
    {
        _store.InHistory = History;
        var refused = await Refused.ByAsync(async () => await AskAsync(Group(7, 8)));
        refused.AssertInvalid("targets");
        Assert.Contains($"AsKnownEvents ({ServerLimits.AsKnownEvents})", refused.Message);
        using var stream = _server.Service.StreamRingTargets();
        await stream.RequestStream.WriteAsync(new()
        {
            RequestId = 5,
            CompanyId = 1,
            RingAt = Times.At(Now),
            AsKnownAt = Times.At(Now.AddMilliseconds(1)),
            Targets = { new RingTarget { AgentId = 7 }, new RingTarget { AgentId = 8 } },
        });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal("targets", Assert.Single(stream.ResponseStream.Current.Error.Fields).Field);

        Assert.Equal(V1.AgentStatus.Away, Assert.Single((await AskAsync(Group(9))).Results).Status);

        static IReadOnlyList<StoredEvent> History(AgentKey agent, EventPosition after) =>
            PortionOf(agent, after, agent.AgentId == 9 ? 2 * Many : Many);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_ends_in_the_midst_of_an_agent()
    {
        _store.InHistory = (agent, after) => agent.AgentId == 1 ? null! : PortionOf(agent, after, Endless);
        using (var gone = new CancellationTokenSource())
        {
            var window = new GetBreakdownRequest
            {
                CompanyId = 1,
                AgentIds = { 2 },
                StartTime = Times.At(LongAgo),
                EndTime = Times.At(Now),
                HoursClip = HoursClip.None,
                AsKnownAt = Times.At(Now),
            };
            List<Task> asked =
            [
                .. Enumerable.Range(0, 4).Select(_ => AskAsync(Group(2), gone.Token)),
                .. Enumerable.Range(0, 4).Select(
                    _ => _server.Service.GetBreakdownAsync(window, cancellationToken: gone.Token).ResponseAsync),
            ];
            await Until.TrueAsync(() => _store.Reads.Count > 20);
            await gone.CancelAsync();
            foreach (var one in asked) await Assert.ThrowsAsync<RpcException>(() => one);
        }

        // All places and threads are free again.
        var again = Enumerable.Range(0, 4).Select(_ => AskAsync(Group(1)));
        foreach (var group in await Task.WhenAll(again))
            Assert.Equal(V1.AgentStatus.Offline, Assert.Single(group.Results).Status);
    }

    private static DateTime Soon => TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(20);

    private async Task<ClassifyRingTargetsResponse> AskAsync(
        ClassifyRingTargetsRequest group, CancellationToken cancellation = default) =>
        await _server.Service.ClassifyRingTargetsAsync(group, deadline: Soon, cancellationToken: cancellation);

    private static ClassifyRingTargetsRequest Group(params long[] agentIds) => new()
    {
        CompanyId = 1,
        RingAt = Times.At(Now),
        AsKnownAt = Times.At(Now.AddMilliseconds(1)),
        Targets = { agentIds.Select(id => new RingTarget { AgentId = id }) },
    };

    /// <summary>What follows of so many events, all of them AWAY: each portion has one instant, a millisecond after the
    /// one before, and its last event says which.</summary>
    private static IReadOnlyList<StoredEvent> PortionOf(AgentKey agent, EventPosition after, long events)
    {
        var firstMs = LongAgo.ToUnixTimeMilliseconds();
        var portion = after.OccurredAtMs < firstMs ? 0 : after.OccurredAtMs - firstMs + 1;
        if (portion * Portion >= events) return [];
        var e = new StatusEvent(agent, Core.Status.Away, Origin.Agent, firstMs + portion, "same");
        return [.. Enumerable.Repeat(new StoredEvent(e, firstMs, null), Portion)];
    }
}
