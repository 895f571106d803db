using AgentStatus.Core.Timelines;
using AgentStatus.Server.Recording;
using AgentStatus.Storage.Sqlite;
using RecordOutcome = AgentStatus.V1.RecordOutcome;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>No agent holds up the writer: what needs the store, or a large timeline to be copied, is done elsewhere,
/// and others are answered meanwhile.</summary>
public sealed class StallTests : IAsyncLifetime
{
    private const string Writer = "status-writer";
    private const int Many = 400;

    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LongAgo = Now.AddDays(-200);

    private TestServer _server = null!;
    private ControlledStore _held = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartOverAsync(Now, store => _held = new ControlledStore(store));

    public async ValueTask DisposeAsync()
    {
        _held.Release();
        _held.ReleaseReads();
        await _server.DisposeAsync();
        _held.Dispose();
    }

    public static TheoryData<string> Slow =>
        ["before the horizon", "of an instant that has one", "unchanged since long"];

    [Theory]
    [MemberData(nameof(Slow))]
    public async Task While_one_agents_history_is_read_others_are_answered(string what)
    {
        await RecordAsync(1, LongAgo, V1.AgentStatus.Online, "old");
        await RecordAsync(1, Now.AddHours(-1), V1.AgentStatus.Online, "b");
        await _server.RestartAsync();

        _held.HoldReads();
        var slow = what switch
        {
            "before the horizon" => RecordAsync(1, LongAgo.AddDays(1), V1.AgentStatus.Away, "late"),
            "of an instant that has one" => RecordAsync(1, Now.AddHours(-1), V1.AgentStatus.Away, "c"),
            _ => RecordAsync(1, Now, V1.AgentStatus.Idle, "hidden", StatusOrigin.Call),
        };
        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(2, Now, V1.AgentStatus.Busy, "other")).Outcome);
        Assert.Equal(V1.AgentStatus.Busy, (await ClassifyAsync(2, Now)).Status);

        // What comes for the agent meanwhile waits for its turn.
        var next = RecordAsync(1, Now, V1.AgentStatus.Offline, "next");
        await RecordAsync(3, Now, V1.AgentStatus.Busy, "another");
        Assert.False(slow.IsCompleted);
        Assert.False(next.IsCompleted);

        _held.ReleaseReads();
        var expected = what == "unchanged since long" ? RecordOutcome.Shadowed : RecordOutcome.Applied;
        Assert.Equal(expected, (await slow.WaitAsync(Until.Limit)).Outcome);
        Assert.Equal(RecordOutcome.Applied, (await next.WaitAsync(Until.Limit)).Outcome);
        Assert.Equal(V1.AgentStatus.Offline, (await ClassifyAsync(1, Now)).Status);
        Assert.DoesNotContain(_held.Reads, read => read.Thread == Writer);
        Assert.NotEmpty(_held.Reads);
    }

    [Fact]
    public async Task Events_of_one_instant_are_read_once_a_batch_and_not_for_each()
    {
        var last = new List<Task<RecordStatusResponse>>();
        for (var round = 0; round < 3; round++)
        {
            _held.Hold();
            var occupier = RecordAsync(9, Now.AddMinutes(-round), V1.AgentStatus.Busy, $"occupier {round}");
            await Until.TrueAsync(() => _held.IsWaiting);
            var r = round;
            last = [.. Enumerable.Range(0, Many).Select(i => RecordAsync(
                1, Now, i % 2 == 0 ? V1.AgentStatus.Away : V1.AgentStatus.Busy, $"{i:0000}{r}"))];
            await Until.TrueAsync(
                () => _server.Part<StatusWriter>().Queued >= Many,
                () => $"{_server.Part<StatusWriter>().Queued} queued, {last.Find(t => t.IsFaulted)?.Exception}");
            _held.Release();
            await occupier;
            await Task.WhenAll(last).WaitAsync(Until.Limit);
        }

        // The last of the instant by its id.
        Assert.Equal(RecordOutcome.Applied, (await last[^1]).Outcome);
        Assert.All(last.SkipLast(1), answer => Assert.Equal(RecordOutcome.Shadowed, answer.Result.Outcome));
        Assert.Equal(V1.AgentStatus.Busy, (await ClassifyAsync(1, Now)).Status);
        Assert.InRange(_held.Reads.Sum(read => read.Events), 1, 20 * Many);
    }

    [Fact]
    public async Task A_leave_of_memory_and_a_restart_show_what_was_taken_in_elsewhere()
    {
        await RecordAsync(1, LongAgo, V1.AgentStatus.Online, "old");
        await RecordAsync(1, Now.AddHours(-1), V1.AgentStatus.Idle, "b");
        await _server.RestartAsync();
        await RecordAsync(1, LongAgo.AddHours(1), V1.AgentStatus.Offline, "late");
        await RecordAsync(1, Now.AddHours(-1), V1.AgentStatus.Away, "c");

        for (var starts = 0; starts < 2; starts++)
        {
            Assert.Equal(V1.AgentStatus.Offline, (await ClassifyAsync(1, Now.AddHours(-2))).Status);
            var since = (await ClassifyAsync(1, Now.AddHours(-2))).StatusSince;
            Assert.Equal(LongAgo.AddHours(1), since.ToDateTimeOffset());
            Assert.Equal(V1.AgentStatus.Away, (await ClassifyAsync(1, Now)).Status);
            await _server.RestartAsync();
        }
    }

    [Theory]
    [InlineData(-1, -1, true, true)]
    [InlineData(-1, 1, true, false)]
    [InlineData(1, 1, true, true)]
    [InlineData(1, 1, false, false)]
    [InlineData(1, -1, false, true)]
    public void A_large_timeline_is_copied_elsewhere_and_appended_to_at_once(
        int seconds, int more, bool hasRoom, bool isAtOnce)
    {
        var nowMs = Now.ToUnixTimeMilliseconds();
        var builder = new TimelineBuilder();
        var events = ServerLimits.EventsCopiedAtOnce + more;
        for (var i = 0; i < events; i++) builder.Add(nowMs - (2_000L * (events - i)), Core.Status.Away, Origin.Agent);
        using var directory = new TempDirectory();
        using var store = SqliteStatusStore.Open(directory.Path);
        var update = new TimelineUpdate(new(1, 1), new(store, new(), CallLimits.Default, new()));
        var added = new StatusEvent(new(1, 1), Core.Status.Busy, Origin.Agent, nowMs + (seconds * 1_000) - 2_000, "a");
        update.Add(new(AppendOutcome.Stored, added), null);

        var before = builder.Build();
        if (hasRoom)
            Assert.True(before.TryWith([new(nowMs - 1_999, Core.Status.Away, Origin.Agent)], out before));
        Assert.Equal(isAtOnce, update.TryTakeIn(before));
    }

    private async Task<RecordStatusResponse> RecordAsync(
        long agentId, DateTimeOffset at, V1.AgentStatus status, string id, StatusOrigin origin = StatusOrigin.Agent) =>
        await _server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = agentId,
            Status = status,
            Origin = origin,
            OccurredAt = Times.At(at.ToUnixTimeMilliseconds()),
            EventId = id,
        }).ResponseAsync.WaitAsync(Until.Limit);

    private async Task<ClassifyRingTargetResponse> ClassifyAsync(long agentId, DateTimeOffset at) =>
        await _server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = 1, AgentId = agentId, RingAt = Times.At(at.ToUnixTimeMilliseconds()) });
}
