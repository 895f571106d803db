using AgentStatus.Server.Recording;
using Google.Rpc;
using Grpc.Core;
using RecordOutcome = AgentStatus.V1.RecordOutcome;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>The writer over a real store that is slow, full, or loses its answers.</summary>
public sealed class WriterTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly StoreException Full = new("The disk is full: make room for agentstatus.db.");

    private TestServer _server = null!;
    private ControlledStore _held = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartOverAsync(Now, store => _held = new ControlledStore(store));

    public async ValueTask DisposeAsync()
    {
        _held.Release();
        await _server.DisposeAsync();
        _held.Dispose();
    }

    [Fact]
    public async Task A_full_queue_answers_RESOURCE_EXHAUSTED_at_once_and_loses_nothing_that_it_took()
    {
        var occupier = await HoldAsync();
        var events = _server.Part<EventQueue>();
        var queued = new List<RecordCommand>();
        var requests = new List<RecordRequest>();
        do
        {
            requests.Add(new RecordRequest(1));
            var agent = new AgentKey(1, 1 + (queued.Count % 100));
            queued.Add(new(new(agent, Status.Online, Origin.Agent, 0, $"{queued.Count}"), true, requests[^1]));
        }
        while (events.TryAdd(queued[^1]));
        queued.RemoveAt(queued.Count - 1);
        requests.RemoveAt(requests.Count - 1);

        Assert.Equal(ServerLimits.QueuedWrites, queued.Count);

        var refused = await Refused.ByAsync(() => RecordAsync(1, "one too many"));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains("QueuedWrites is 32768", refused.Message);
        Assert.Equal(
            TimeSpan.FromMilliseconds(ServerLimits.RetryAfterMs), refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan());

        // Who reads does not wait for who writes.
        var ring = await _server.Service.ClassifyAsync();
        Assert.Equal(RingClassification.Unknown, ring.Classification);

        _held.Release();
        await occupier;
        await Task.WhenAll(requests.Select(request => request.Answered)).WaitAsync(Until.Limit);
        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(1, "one too many")).Outcome);
        Assert.Equal(
            queued.Count + 3, _server.Store.ReadMemory(Limits.FirstInstantMs).Sum(agent => agent.Events.Count));
        Assert.Empty(_server.Log.Errors);
    }

    [Fact]
    public async Task One_commit_answers_all_that_waited_for_it()
    {
        var occupier = await HoldAsync();
        var waiting = Enumerable.Range(0, 200).Select(i => RecordAsync(1 + (i % 7), $"{i}")).Append(occupier).ToList();
        await Until.TrueAsync(() => QueuedWrites() >= 200);
        Assert.DoesNotContain(waiting, one => one.IsCompleted);
        var before = _held.Appended.Count;
        _held.Release();
        await Task.WhenAll(waiting).WaitAsync(Until.Limit);
        Assert.Equal([1, 200], _held.Appended.Skip(before));
        Assert.Empty(_server.Log.Errors);
    }

    [Fact]
    public async Task One_commit_retracts_all_that_waited_for_it()
    {
        for (var i = 0; i < 100; i++) await RecordAsync(1 + (i % 7), $"{i}", at: Now.AddMinutes(i - 200));
        var occupier = await HoldAsync();

        // The last ten come twice, and ten others before their events.
        var ids = Enumerable.Range(0, 110).Concat(Enumerable.Range(90, 10));
        var retracting = ids.Select(id => _server.Service.RetractStatusAsync(
            new() { CompanyId = 1, EventId = $"{id}" }).ResponseAsync).ToList();
        await Until.TrueAsync(() => QueuedWrites() >= 120);
        Assert.Empty(_held.Retracted);
        _held.Release();
        var answers = await Task.WhenAll(retracting).WaitAsync(Until.Limit);
        Assert.Equal([120], _held.Retracted);
        var outcomes = answers.CountBy(answer => answer.Outcome).ToDictionary();
        Assert.Equal(
            (100, 10, 10),
            (outcomes[RetractOutcome.Retracted], outcomes[RetractOutcome.Waiting], outcomes[RetractOutcome.Duplicate]));
        Assert.All(answers[..100], answer => Assert.Equal(V1.AgentStatus.Unspecified, answer.EffectiveStatus));
        for (var agentId = 1; agentId <= 7; agentId++)
            Assert.Equal("Unknown", (await _server.Service.ClassifyAsync(agentId)).Label);
        await occupier;
    }

    [Fact]
    public async Task A_store_that_fails_tells_all_callers_and_the_server_goes_on()
    {
        await RecordAsync(1, "before", V1.AgentStatus.Online);
        _held.FailAppend = Full;
        foreach (var recording in Enumerable.Range(0, 50).Select(i => RecordAsync(1 + (i % 3), $"{i}")).ToList())
        {
            var refused = await Refused.ByAsync(() => recording);
            Assert.Equal((StatusCode.Unavailable, Full.Message), (refused.Code, refused.Message));
        }

        var ring = await _server.Service.ClassifyAsync();
        Assert.Equal(RingClassification.BusyMissed, ring.Classification);
        Assert.NotEmpty(_server.Log.Errors);

        _held.FailAppend = null;
        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(1, "0")).Outcome);
        Assert.Equal(RecordOutcome.Duplicate, (await RecordAsync(1, "0")).Outcome);
        var stored = _server.Store.ReadEvents(new(1, 1), Limits.FirstInstantMs, long.MaxValue);
        Assert.Equal(["before", "0"], stored.Select(e => e.EventId));
        await _server.RestartAsync();
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        ring = await _server.Service.ClassifyAsync();
        Assert.Equal(RingClassification.Offline, ring.Classification);
    }

    [Fact]
    public async Task What_is_no_fault_of_the_store_is_UNAVAILABLE_too_and_the_writer_lives()
    {
        _held.FailAppend = new InvalidOperationException("a bug");
        var refused = await Refused.ByAsync(() => RecordAsync(1, "a"));
        Assert.Equal((StatusCode.Unavailable, "the event could not be recorded"), (refused.Code, refused.Message));
        _held.FailAppend = null;
        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(1, "a")).Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_whose_acknowledgement_got_lost_shows_when_it_is_sent_again(bool afterOthers)
    {
        await RecordAsync(1, "b", V1.AgentStatus.Online, Now.AddHours(-2));
        await SettleAsync();
        _held.LoseAnswer = Full;
        await Refused.ByAsync(() => RecordAsync(1, "a", V1.AgentStatus.Offline, Now.AddHours(-1)));
        await Refused.ByAsync(() => RecordAsync(1, "m", V1.AgentStatus.Away, Now.AddMinutes(-10)));
        _held.LoseAnswer = null;

        // Alone, or in one batch with a later event of the agent.
        var others = new List<Task<RecordStatusResponse>> { await HoldAsync() };
        if (afterOthers)
        {
            others.Add(RecordAsync(1, "c", V1.AgentStatus.Busy, Now));
            await Until.TrueAsync(() => QueuedWrites() >= 1);
        }

        others.Add(RecordAsync(1, "a", V1.AgentStatus.Offline, Now.AddHours(-1)));
        others.Add(RecordAsync(1, "m", V1.AgentStatus.Away, Now.AddMinutes(-10)));
        _held.Release();
        var answers = await Task.WhenAll(others);
        Assert.Equal(
            (RecordOutcome.Duplicate, V1.AgentStatus.Offline), (answers[^2].Outcome, answers[^2].EffectiveStatus));
        Assert.Equal(
            (RecordOutcome.Duplicate, V1.AgentStatus.Away), (answers[^1].Outcome, answers[^1].EffectiveStatus));
        foreach (var (at, expected) in ((DateTimeOffset, V1.AgentStatus)[])
            [(Now.AddMinutes(-30), V1.AgentStatus.Offline), (Now.AddMinutes(-5), V1.AgentStatus.Away)])
        {
            var ring = await _server.Service.ClassifyRingTargetAsync(
                new() { CompanyId = 1, AgentId = 1, RingAt = Times.At(at) });
            Assert.Equal(expected, ring.Status);
        }
    }

    [Fact]
    public async Task A_read_that_the_store_fails_is_UNAVAILABLE_and_the_stream_goes_on()
    {
        await RecordAsync(1, "old", V1.AgentStatus.Online, Now.AddDays(-200));
        await _server.RestartAsync();
        _held.FailReads = Full;
        var old = Times.At(Now.AddDays(-100));
        var request = new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1, RingAt = old };
        var refused = await Refused.ByAsync(async () => await _server.Service.ClassifyRingTargetAsync(request));
        Assert.Equal((StatusCode.Unavailable, Full.Message), (refused.Code, refused.Message));

        using var stream = _server.Service.StreamRingTargets();
        foreach (var failure in (StoreException?[])[Full, null])
        {
            _held.FailReads = failure;
            await stream.RequestStream.WriteAsync(
                new() { CompanyId = 1, Targets = { new RingTarget { AgentId = 1 } }, RingAt = old });
            Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
            var answer = stream.ResponseStream.Current;
            Assert.Equal(failure?.Message, answer.Error?.Message);
            Assert.Equal(failure is null ? 1 : 0, answer.Results.Count);
            if (failure is not null) Assert.Equal((int)StatusCode.Unavailable, answer.Error!.Code);
        }

        Assert.Empty(_server.Log.Errors);
    }

    /// <summary>Waits until the company's hours are known: then nothing but events is written.</summary>
    private async Task SettleAsync()
    {
        await RecordAsync(99, "wants hours");
        await Until.TrueAsync(() => _server.Part<CompanyHours>().Find(1) is not null);
    }

    /// <summary>Holds the store back and gives the writer something to wait with; what follows is one batch.</summary>
    private async Task<Task<RecordStatusResponse>> HoldAsync()
    {
        await SettleAsync();
        _held.Hold();
        var occupier = RecordAsync(98, "occupies the writer");
        await Until.TrueAsync(() => _held.IsWaiting);
        return occupier;
    }

    /// <summary>Give or take a wake-up.</summary>
    private int QueuedWrites() => _server.Part<StatusWriter>().Queued;

    private async Task<RecordStatusResponse> RecordAsync(
        long agentId, string id, V1.AgentStatus status = V1.AgentStatus.Offline, DateTimeOffset? at = null) =>
        await _server.Service.RecordAsync(status, at is { } given ? Times.At(given) : null, id: id, agentId: agentId);
}
