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
    }

    public async ValueTask DisposeAsync()
    {
        _feed.End();
        _follower.Dispose();
        await _server.DisposeAsync();
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

    private static long AtMs(int secondsAgo) => Now.AddSeconds(-secondsAgo).ToUnixTimeMilliseconds();

    private static StatusEvent Stored(Status status, Origin origin, int secondsAgo) =>
        new(new(1, 1), status, origin, AtMs(secondsAgo), $"another server's {secondsAgo}");

    private Task RecordAsync(Status status, Origin origin, int secondsAgo) => _server.Service.RecordAsync(
        (V1.AgentStatus)status, Times.At(AtMs(secondsAgo)), origin: (StatusOrigin)origin);
}
