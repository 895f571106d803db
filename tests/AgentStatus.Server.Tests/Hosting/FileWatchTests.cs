using AgentStatus.Core;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Tests.CompanySettings;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage;
using AgentStatus.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>What the server says of the file in which its store keeps events.</summary>
public sealed class FileWatchTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await TestServer.StartAsync(new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_database_that_is_deleted_takes_no_events_and_is_told_of_before_the_next_comes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Noticed on Linux alone.");
        _server.ExpectsErrors = true;
        var path = _server.Store.File!.Path;
        using var metrics = MeterReadings.Of(_server.Part<Instruments>().Meter);
        await RecordAsync();
        File.Move(path, path + ".moved");

        await Until.TrueAsync(() => TickUntil(_server.Log.Errors, "deleted or replaced"));
        Assert.Equal(NotServing, await RecordingHealthAsync());
        var refused = await Assert.ThrowsAsync<RpcException>(RecordAsync);
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.DoesNotContain(path, refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(1, metrics["agentstatus.store.lost"]);

        File.Move(path + ".moved", path);
        await RecordAsync();
        await Until.TrueAsync(() => TickUntil(_server.Log.Notes, "again: events are taken"));
        Assert.Equal(0, metrics["agentstatus.store.lost"]);
        Assert.Equal(Serving, await RecordingHealthAsync());
    }

    [Fact]
    public async Task The_database_is_checked_once_in_the_background()
    {
        using var metrics = MeterReadings.Of(_server.Part<Instruments>().Meter);
        await RecordAsync();
        await Until.TrueAsync(() => TickUntil(_server.Log.Notes, "no damage is seen"));
        Assert.Equal(0, metrics["agentstatus.store.damaged"]);
        Assert.True(metrics["agentstatus.store.log"] > 0);
    }

    [Fact]
    public async Task A_log_that_another_program_holds_and_damage_are_told_of()
    {
        var (clock, log, file) = (new FakeTimeProvider(), new LogLines(), new TestFile());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var instruments = new Instruments();
        using var metrics = MeterReadings.Of(instruments.Meter);
        using var watch = new FileWatch(
            file,
            new TimelineIndex(CallLimits.Default) { IsWarm = true },
            _ => { },
            instruments,
            clock,
            loggers.CreateLogger<FileWatch>());
        await watch.StartAsync(CancellationToken.None);

        await Until.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return metrics["agentstatus.store.damaged"] == 1 && log.Errors.Any();
        });
        Assert.Contains("page 7 is never used", Assert.Single(log.Errors), StringComparison.Ordinal);
        Assert.Empty(log.Warnings);

        file.LogBytes = StorageLimits.LogBytes + 1;
        var began = clock.GetTimestamp();
        await Until.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return log.Warnings.Count() == 3;
        });
        Assert.True(clock.GetElapsedTime(began) >= 2 * ServerLimits.SaidAgainAfter);
        Assert.Contains("takes 268435457 bytes", log.Warnings.First(), StringComparison.Ordinal);
        await watch.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void An_outage_is_said_once_a_minute_with_how_often_it_happened()
    {
        var (clock, log, spool) = (new FakeTimeProvider(), new LogLines(), new TestSpool());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        OutageLog.Write(spool, clock, loggers.CreateLogger("test"));
        for (var second = 0; second <= 60; second++)
        {
            spool.Fail($"find {second}");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(4, log.Warnings.Count());
        Assert.Equal(["1 times", "60 times"], log.Warnings.Where(line => line.Contains("does not answer"))
            .Select(line => line[(line.IndexOf('(') + 1)..line.IndexOf(" since")]));
        Assert.Equal(2, log.Warnings.Count(line => line.Contains("reads fail", StringComparison.Ordinal)));
        Assert.Contains("find 60", log.Warnings.Last(), StringComparison.Ordinal);
        Assert.Equal(2, log.Notes.Count());
    }

    private async Task<ServingStatus> RecordingHealthAsync() =>
        (await new Health.HealthClient(_server.Channel).CheckAsync(new() { Service = ServingState.Recording })).Status;

    private bool TickUntil(IEnumerable<string> lines, string said)
    {
        _server.Time.Advance(ServerLimits.FileCheckInterval);
        return lines.Any(line => line.Contains(said, StringComparison.Ordinal));
    }

    private async Task RecordAsync() => await _server.Service.RecordStatusAsync(new()
    {
        CompanyId = 1,
        AgentId = 1,
        Status = V1.AgentStatus.Online,
        Origin = StatusOrigin.Agent,
    });

    private sealed class TestFile : IStoreFile
    {
        public string Path => "test.db";

        public long LogBytes { get; set; }

        public string? FindFault() => null;

        public string? FindDamage(CancellationToken cancellation) => "page 7 is never used";
    }

    private sealed class TestSpool : ISpool
    {
        public event Action<StoreUnreachableException>? Degraded;

        public event Action<TimeSpan>? Recovered;

        public event Action<StoreUnreachableException>? ReadFailed;

        public bool IsReachable => true;

        public TimeSpan? DegradedFor => null;

        public long SpooledCount => 0;

        public long SpooledBytes => 1;

        public void Fail(string reason)
        {
            Degraded!(new(reason));
            Recovered!(TimeSpan.FromSeconds(1));
            ReadFailed!(new(reason));
        }

        public void Connect()
        {
        }

        public IEnumerable<EventToAppend> ReadSpooled() => [];

        public DrainResult Drain(int most) => DrainResult.Nothing;
    }
}
