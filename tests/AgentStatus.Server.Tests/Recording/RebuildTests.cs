using AgentStatus.Server.Recording;
using RecordOutcome = AgentStatus.V1.RecordOutcome;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>A store stores events while it does not tell what memory needs: the agent is queued for a rebuild until it
/// does.</summary>
public sealed class RebuildTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_rebuild_reaches_back_to_late_events_that_are_stored_before_it()
    {
        ControlledStore held = null!;
        await using var server = await TestServer.StartOverAsync(Noon, store => held = new ControlledStore(store));
        await RecordAsync(server, V1.AgentStatus.Online, 10, "a");

        // The order of two events of one instant is the store's to tell.
        held.FailReads = new StoreException("told not to answer reads");
        await RecordAsync(server, V1.AgentStatus.Offline, 10, "b");
        Assert.True(await IsQueuedAsync(server));
        await RecordAsync(server, V1.AgentStatus.Offline, 7, "c");
        await RecordAsync(server, V1.AgentStatus.Online, 8, "d");
        Assert.True(await IsQueuedAsync(server));
        held.FailReads = null;
        server.Time.Advance(ServerLimits.MaintenanceInterval);

        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(At(7), At(8)), (At(10), null)]));
        await server.RestartAsync();
        Assert.Equal([(At(7), At(8)), (At(10), null)], server.Store.Offline());
    }

    /// <summary>Asked on the writer's thread: for others the agent is nowhere while it is taken from one table into the
    /// next.</summary>
    private static async Task<bool> IsQueuedAsync(TestServer server)
    {
        var isQueued = false;
        await server.Part<StatusWriter>().RunAsync(
            () => isQueued = server.Part<TimelineRebuilds>().Contains(new(1, 1)), CancellationToken.None);
        return isQueued;
    }

    private static long At(double hour) => Noon.AddHours(hour - 12).ToUnixTimeMilliseconds();

    private static async Task RecordAsync(TestServer server, V1.AgentStatus status, double hour, string id) =>
        Assert.NotEqual(
            RecordOutcome.Duplicate, (await server.Service.RecordAsync(status, Times.At(At(hour)), id)).Outcome);
}
