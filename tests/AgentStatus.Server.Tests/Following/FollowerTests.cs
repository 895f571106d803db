using AgentStatus.Core;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Following;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Tests.Grpc;
using AgentStatus.Server.Tests.Recording;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage;
using AgentStatus.V1;
using Microsoft.Extensions.Logging;
using Origin = AgentStatus.Core.Origin;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.Following;

/// <summary>A server that follows others whose changes come reading by reading, as the test says.</summary>
public sealed class FollowerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly HandFeed _feed = new(Now.ToUnixTimeMilliseconds());
    private TestServer _server = null!;
    private HeldStore _held = null!;
    private Follower _follower = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartOverAsync(Now, store => _held = new HeldStore(store));
        _follower = new Follower(
            _feed,
            _server.Part<StatusWriter>(),
            _server.Part<KnownThrough>(),
            TimeSpan.FromMilliseconds(1),
            () => true,
            _server.Part<Instruments>(),
            _server.Part<ILogger<Follower>>(),
            _server.Time);
    }

    public async ValueTask DisposeAsync()
    {
        _feed.End();
        _follower.Dispose();
        await _server.DisposeAsync();
        _held.Dispose();
    }

    [Fact]
    public async Task Changes_of_a_start_that_failed_are_kept_for_the_next_one()
    {
        _held.FailBegin = new StoreException("told to fail");
        _feed.Give(Stored(Status.Offline, Origin.Agent, secondsAgo: 1));
        Assert.Throws<StoreException>(_follower.Start);

        _held.FailBegin = null;
        Start();

        var answer = await _server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 });
        Assert.Equal(V1.AgentStatus.Offline, answer.Status);
    }

    [Fact]
    public async Task Changes_that_could_not_be_taken_in_are_kept_since_the_feed_gives_nothing_twice()
    {
        Start();
        _held.FailBegin = new StoreException("told to fail");
        _feed.Give(Stored(Status.Offline, Origin.Agent, secondsAgo: 1));
        await Until.TrueAsync(
            () => _server.Log.Warnings.Any(line => line.Contains("told to fail", StringComparison.Ordinal)));

        _held.FailBegin = null;
        _feed.Give();
        await Until.TrueAsync(() => _server.Log.Notes.Contains("The other servers are followed again"));

        var answer = await _server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 });
        Assert.Equal(V1.AgentStatus.Offline, answer.Status);
    }

    /// <summary>
    /// An APP OFFLINE under a call changes nothing here, nor does the end of that call elsewhere: see
    /// <see cref="RecentPeriods"/>.
    /// </summary>
    [Fact]
    public async Task Periods_judged_during_a_reading_are_written_if_the_next_one_brings_another_event_but_not_later()
    {
        Start();
        await RecordAsync(Status.Online, Origin.App, secondsAgo: 100);
        await RecordAsync(Status.OnCall, Origin.Call, secondsAgo: 90);
        await ForgetAsync();

        await RecordAsync(Status.Offline, Origin.App, secondsAgo: 80);
        await _feed.GiveAsync();
        await _feed.GiveAsync(Stored(Status.Online, Origin.Call, secondsAgo: 70));
        await Until.TrueAsync(() => Periods().SequenceEqual([(AtMs(70), null)]));

        // The first period has the company's hours fetched, and these write it once more.
        await Until.TrueAsync(() => _server.Part<CompanyHours>().Find(1) is not null);
        await ForgetAsync();
        await _feed.GiveAsync(Stored(Status.Online, Origin.App, secondsAgo: 60));
        await _feed.GiveAsync();
        Assert.True(_server.Part<Upkeep>().IsSettled);
        Assert.Equal([(AtMs(70), null)], Periods());
    }

    private void Start()
    {
        _feed.Give();
        _follower.Start();
    }

    private static long AtMs(int secondsAgo) => Now.AddSeconds(-secondsAgo).ToUnixTimeMilliseconds();

    private static StatusEvent Stored(Status status, Origin origin, int secondsAgo) =>
        new(new(1, 1), status, origin, AtMs(secondsAgo), $"another server's {secondsAgo}");

    /// <summary>
    /// Everything is written, and two readings begin and end: then what follows from others' events is theirs to write.
    /// </summary>
    private async Task ForgetAsync()
    {
        await Until.TrueAsync(() => _server.Part<Upkeep>().IsSettled);
        await _feed.GiveAsync();
        await _feed.GiveAsync();
    }

    private async Task RecordAsync(Status status, Origin origin, int secondsAgo) =>
        await _server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = 1,
            Status = (V1.AgentStatus)status,
            Origin = (StatusOrigin)origin,
            OccurredAt = Times.At(AtMs(secondsAgo)),
        });

    private IEnumerable<(long StartedAtMs, long? EndedAtMs)> Periods() => _server.Store
        .ReadOfflinePeriods(new(1, 1), Limits.FirstInstantMs).Select(period => (period.StartedAtMs, period.EndedAtMs));
}
