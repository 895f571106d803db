using System.Collections.Concurrent;
using AgentStatus.Server.Erasing;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Replication;
using AgentStatus.Server.Tests.Recording;
using Microsoft.Extensions.Logging;
using Origin = AgentStatus.Core.Origin;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.Replication;

/// <summary>A server that follows others whose changes come reading by reading, as the test says.</summary>
public sealed class FollowerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualFeed _feed = new(Now.ToUnixTimeMilliseconds());
    private readonly ConcurrentQueue<Status> _shown = [];
    private readonly ManualResetEventSlim _goesOn = new();
    private TestServer _server = null!;
    private Follower _follower = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(Now);
        _follower = new Follower(
            new ControlledStore(_server.Store) { Shared = _feed },
            _server.Part<StatusWriter>(),
            _server.Part<TimelineIndex>(),
            _server.Part<Erasures>(),
            _server.Part<ServerOptions>(),
            _server.Part<Instruments>(),
            _server.Part<ILogger<Follower>>(),
            _server.Time);
        _follower.BeginToFollow();
        _server.Part<TimelineIndex>().Changed += change => _shown.Enqueue(change.After.At(change.FromMs).Status);
    }

    public async ValueTask DisposeAsync()
    {
        _goesOn.Set();
        _feed.End();
        _follower.Dispose();
        await _server.DisposeAsync();
        _goesOn.Dispose();
    }

    [Fact]
    public async Task What_a_start_that_failed_has_read_is_in_memory_after_the_next_one()
    {
        _feed.GiveSome(Stored(Status.Offline, Origin.Agent, secondsAgo: 1));
        _feed.GiveFailure(new StoreException("told to fail"));
        Assert.Throws<StoreException>(_follower.Start);

        Start();

        var answer = await _server.Service.ClassifyAsync();
        Assert.Equal(V1.AgentStatus.Offline, answer.Status);
    }

    [Fact]
    public async Task A_reading_that_fails_is_said_once_and_the_next_one_goes_on()
    {
        Start();
        _feed.GiveFailure(new StoreException("told to fail"));
        _feed.GiveFailure(new StoreException("told to fail"));
        await Until.TrueAsync(() => _server.Log.Warnings.Any(line => line.Contains("told to fail")));

        await _feed.GiveAsync(Stored(Status.Offline, Origin.Agent, secondsAgo: 1));
        await Until.TrueAsync(() => _server.Log.Notes.Contains("The other servers are followed again"));

        Assert.Single(_server.Log.Warnings, line => line.Contains("told to fail"));
        var answer = await _server.Service.ClassifyAsync();
        Assert.Equal(V1.AgentStatus.Offline, answer.Status);
    }

    [Fact]
    public async Task The_next_portion_is_read_while_the_present_one_is_taken_in_and_shown_after_it()
    {
        Start();
        await HoldWriterAsync();
        _feed.GiveSome(Stored(Status.Offline, Origin.Agent, secondsAgo: 2));
        _feed.GiveSome(Stored(Status.Away, Origin.Agent, secondsAgo: 1));

        await Until.TrueAsync(() => _feed.Given == 3);
        Assert.Empty(_shown);
        Assert.Equal(3, _feed.Begun);
        _goesOn.Set();

        await ShowsAsync(V1.AgentStatus.Away);
        _feed.Give();
        await Until.TrueAsync(() => _feed.Given == 4);
        Assert.Equal([Status.Offline, Status.Away], _shown);
    }

    [Fact]
    public async Task A_reading_ahead_that_fails_leaves_what_is_taken_in_alone_and_is_read_again()
    {
        Start();
        await HoldWriterAsync();
        _feed.GiveSome(Stored(Status.Offline, Origin.Agent, secondsAgo: 2));
        _feed.GiveFailure(new StoreException("told to fail"));
        _feed.Give(Stored(Status.Away, Origin.Agent, secondsAgo: 1));
        await Until.TrueAsync(() => _feed.Given == 4);
        Assert.Empty(_shown);
        _goesOn.Set();

        await ShowsAsync(V1.AgentStatus.Away);
        Assert.Equal([Status.Offline, Status.Away], _shown);
    }

    [Fact]
    public async Task A_stop_while_the_next_portion_is_read_waits_for_that_reading_and_shows_nothing_after_it()
    {
        Start();
        await HoldWriterAsync();
        _feed.GiveSome(Stored(Status.Offline, Origin.Agent, secondsAgo: 2));
        await Until.TrueAsync(() => _feed.Begun == 3);

        var stopping = Task.Run(_follower.Dispose);
        Assert.False(stopping.IsCompleted);
        _feed.Give(Stored(Status.Away, Origin.Agent, secondsAgo: 1));
        await stopping.WaitAsync(Until.Limit);
        _goesOn.Set();

        Assert.Equal(_feed.Begun, _feed.Given);
        Assert.DoesNotContain(Status.Away, _shown);
    }

    /// <summary>An APP OFFLINE under a call changes nothing here, nor does the end of that call elsewhere: both
    /// together do.</summary>
    [Fact]
    public async Task Periods_follow_from_own_events_and_those_of_others_together()
    {
        Start();
        await RecordAsync(Status.Online, Origin.App, secondsAgo: 100);
        await RecordAsync(Status.OnCall, Origin.Call, secondsAgo: 90);
        await RecordAsync(Status.Offline, Origin.App, secondsAgo: 80);

        await _feed.GiveAsync(Stored(Status.Online, Origin.Call, secondsAgo: 70));

        await Until.TrueAsync(() => _server.Store.Offline().SequenceEqual([(AtMs(70), null)]));
    }

    private void Start()
    {
        _feed.Give();
        _follower.Start();
    }

    /// <summary>Has the writer take nothing in until it is told to go on.</summary>
    private Task HoldWriterAsync()
    {
        var held = new TaskCompletionSource();
        _ = _server.Part<StatusWriter>().RunAsync(
            () =>
            {
                held.SetResult();
                _goesOn.Wait();
            },
            CancellationToken.None);
        return held.Task;
    }

    private Task ShowsAsync(V1.AgentStatus status) =>
        Until.TrueAsync(async () => (await _server.Service.ClassifyAsync()).Status == status, $"{status}");

    private static long AtMs(int secondsAgo) => Now.AddSeconds(-secondsAgo).ToUnixTimeMilliseconds();

    private static StatusEvent Stored(Status status, Origin origin, int secondsAgo) =>
        new(new(1, 1), status, origin, AtMs(secondsAgo), $"another server's {secondsAgo}");

    private Task RecordAsync(Status status, Origin origin, int secondsAgo) => _server.Service.RecordAsync(
        (V1.AgentStatus)status, Times.At(AtMs(secondsAgo)), origin: (StatusOrigin)origin);
}
