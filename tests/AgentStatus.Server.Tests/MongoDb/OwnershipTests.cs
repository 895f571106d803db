namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>One server at a time writes the offline periods: processes of their own, one of them killed.</summary>
[Slow]
[MongoDb]
public sealed class OwnershipTests
{
    [Fact]
    public async Task When_the_owner_is_killed_another_server_writes_what_it_left_and_what_comes()
    {
        using var database = new SharedDatabase();
        using var owner = await MongoServer.ServingAsync(database.Args());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await RecordAsync(owner, agentId: 1, now - 100_000);
        await Until.TrueAsync(() => database.Store.Offline(1).SequenceEqual([(now - 100_000, null)]));
        using var other = await MongoServer.ServingAsync(database.Args());
        Assert.Equal(1, Epoch(database));

        await RecordAsync(owner, agentId: 2, now - 90_000);
        await owner.Process.KillAsync();
        await RecordAsync(other, agentId: 3, now - 80_000);

        await Until.TrueAsync(() => database.Store.Offline(2).SequenceEqual([(now - 90_000, null)]));
        await Until.TrueAsync(() => database.Store.Offline(3).SequenceEqual([(now - 80_000, null)]));
        Assert.Equal([(now - 100_000, (long?)null)], database.Store.Offline(1));
        await Until.TrueAsync(() => Epoch(database) == 2);
    }

    [Fact]
    public async Task When_the_owner_stops_in_good_order_another_server_goes_on_at_once()
    {
        using var database = new SharedDatabase();
        using var owner = await MongoServer.ServingAsync(database.Args());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await RecordAsync(owner, agentId: 1, now - 100_000);
        await Until.TrueAsync(() => database.Store.Offline(1).Any());
        using var other = await MongoServer.ServingAsync(database.Args());

        await RecordAsync(owner, agentId: 2, now - 90_000);
        owner.Process.Terminate();
        await owner.Process.ExitedAsync();
        Assert.Equal([(now - 90_000, (long?)null)], database.Store.Offline(2));

        await RecordAsync(other, agentId: 3, now - 80_000);
        await Until.TrueAsync(() => database.Store.Offline(3).SequenceEqual([(now - 80_000, null)]));
    }

    private static long Epoch(SharedDatabase database) => database.Projection()?.Epoch ?? 0;

    private static Task RecordAsync(MongoServer server, long agentId, long atMs) =>
        server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(atMs), agentId: agentId);
}
