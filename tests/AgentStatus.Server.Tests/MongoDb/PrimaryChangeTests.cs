using AgentStatus.Storage.MongoDb;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Another election makes a primary while a store follows: what the old one had confirmed may for a moment not
/// show.</summary>
[MongoDb]
public sealed class PrimaryChangeTests : IDisposable
{
    private static readonly AgentKey Agent = new(280197, 380171);

    private readonly TestDatabase _database = TestDatabase.Require();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task A_reading_across_an_election_proves_nothing_and_the_next_one_does()
    {
        using var gateway = await Gateway.RequireAsync();
        using var store = Open(gateway);
        var feed = store.Follow();
        Assert.NotNull(feed.Read().KnownThroughMs);

        await gateway.OrderAsync("elect");

        Assert.Null(feed.Read().KnownThroughMs);
        Assert.NotNull(feed.Read().KnownThroughMs);
    }

    [Fact]
    public async Task An_election_while_memory_is_read_has_the_last_numbers_asked_for_again()
    {
        using var gateway = await Gateway.RequireAsync();
        using var other = MongoStatusStore.Open(_database.Options);
        Append(other, "a");
        other.Follow().Read();
        using var store = Open(gateway);
        var feed = store.Follow();

        await gateway.OrderAsync("elect");

        // The store cannot know whether memory's reading found it.
        feed.Read();
        Assert.Equal(["a"], feed.Read().Events.Select(one => one.EventId));
        Assert.Empty(feed.Read().Events);
    }

    [Fact]
    public async Task A_write_after_an_election_is_stored()
    {
        using var gateway = await Gateway.RequireAsync();
        using var store = Open(gateway);
        Append(store, "before");

        await gateway.OrderAsync("elect");

        Append(store, "after");
        Assert.Equal(2, store.ReadEvents(Agent, 0, 10).Count);
    }

    private static void Append(MongoStatusStore store, string id) =>
        store.Append([new(new(Agent, Status.Busy, Origin.Agent, 5, id), RecordedAtMs: 6, AnyOccurredAt: false)]);

    private MongoStatusStore Open(Gateway gateway) =>
        MongoStatusStore.Open(_database.Options with { ConnectionString = gateway.ConnectionString });
}
