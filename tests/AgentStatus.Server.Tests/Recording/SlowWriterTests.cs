using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>A writer that is slow says so while it is: once a minute, and in two metrics.</summary>
public sealed class SlowWriterTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_store_that_takes_seconds_is_said_during_and_after_the_batch()
    {
        ControlledStore held = null!;
        await using var server = await TestServer.StartOverAsync(Now, store => held = new ControlledStore(store));
        using var metrics = MeterReadings.Of(server);
        Assert.Equal(0, metrics["agentstatus.queue.age"]);

        for (var batch = 0; batch < 2; batch++)
        {
            held.Hold();
            var recording = server.Service.RecordAsync(V1.AgentStatus.Online);
            await Until.TrueAsync(() => held.IsWaiting);
            for (var seconds = 0; seconds < 3; seconds++) server.Time.Advance(ServerLimits.MaintenanceInterval);
            Assert.Equal(3, metrics["agentstatus.queue.age"]);
            held.Release();
            await recording;
            await Until.TrueAsync(() => metrics["agentstatus.batches.slow"] == batch + 1);
        }

        var slow = Assert.Single(server.Log.Warnings, line => line.StartsWith("The writer is slow: the oldest of "));
        Assert.Contains("has waited 2.0 s (1 times", slow);
        Assert.Single(server.Log.Warnings, line => line.StartsWith("A batch of 1 events took 3.0 s (1 such"));
        await Until.TrueAsync(() => metrics["agentstatus.queue.age"] == 0);
    }
}
