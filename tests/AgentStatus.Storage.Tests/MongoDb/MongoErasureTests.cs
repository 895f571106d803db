namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Erasing where several servers share a database: who waits for whom, and what a server that was away may not
/// bring back or take away.</summary>
[MongoDb]
public sealed class MongoErasureTests : IDisposable
{
    private const int Most = 100;
    private static readonly AgentKey Agent = new(280197, 380171);
    private static readonly Erasure OfAgent = new(Agent.CompanyId, Agent.AgentId);

    private readonly TestDatabase _database = TestDatabase.Require();
    private readonly MongoStatusStore _one;
    private readonly MongoStatusStore _other;

    public MongoErasureTests() =>
        (_one, _other) = (MongoStatusStore.Open(_database.Options), MongoStatusStore.Open(_database.Options));

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void It_waits_until_every_server_that_is_watched_has_acknowledged()
    {
        Append(_one, "a");
        Append(_other, "b");
        _one.Erasure.Begin(OfAgent, 1);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(_one.Erasure.EraseNext(OfAgent, Most, out var waitsFor));
            Assert.Contains(_other.StoredThrough.ServerId, waitsFor);
        }

        Assert.Equal(["a", "b"], EventIds());
        Follow(_other);
        Assert.Equal([OfAgent], _other.Erasure.UnderWay.All);
        Assert.Empty(Read(_other));
        _other.Erasure.Acknowledge(OfAgent);

        Assert.Equal(2, EraseAll(_one).Events);
        Assert.Equal(new ErasedCounts(2, 0, 0, 0, 0), Follow(_other, () => _other.Erasure.TakeEnd(OfAgent)));
        Assert.Empty(_other.Erasure.UnderWay.All);
        Assert.Equal(AppendOutcome.Erased, Append(_other, "a"));
        Assert.Equal(AppendOutcome.Stored, Append(_other, "new"));
        Assert.Equal(["new"], EventIds());
        Assert.DoesNotContain("agent_id", _database.Read("erasures").Single().Names);
    }

    /// <summary>A reading that said there is more may not be in memory yet when the next one finds the end, and may
    /// hold what was erased.</summary>
    [Fact]
    public void An_end_waits_until_what_was_read_before_it_is_in_memory()
    {
        using var behind = MongoStatusStore.Open(
            _database.Options, ReplicationLimits.Default with { DocumentsPerRead = 2 }, TimeProvider.System);
        var feed = behind.Follow();
        foreach (var id in (string[])["a", "b", "c"]) Append(_one, id);
        _one.Erasure.Begin(OfAgent, 1);
        Assert.Null(feed.Read().KnownThroughMs);
        behind.Erasure.Acknowledge(OfAgent);
        Assert.Equal(3, EraseAll(_one).Events);

        Assert.NotNull(feed.Read().KnownThroughMs);
        Assert.Null(behind.Erasure.TakeEnd(OfAgent));
        Assert.Equal([OfAgent], behind.Erasure.UnderWay.All);
        feed.Read();
        Assert.NotNull(behind.Erasure.TakeEnd(OfAgent));
        Assert.Empty(behind.Erasure.UnderWay.All);
    }

    [Fact]
    public void A_server_that_comes_while_it_goes_on_is_waited_for_and_what_it_stored_goes()
    {
        Append(_one, "a");
        _one.Erasure.Begin(OfAgent, 1);
        Assert.Null(_one.Erasure.EraseNext(OfAgent, Most, out var waitsFor));
        Assert.Null(waitsFor);

        // It was opened before the erasure began, and has not heard of it.
        Append(_other, "b");
        waitsFor = null;
        for (var i = 0; i < 100 && waitsFor is null; i++)
            Assert.Null(_one.Erasure.EraseNext(OfAgent, Most, out waitsFor));
        Assert.Contains(_other.StoredThrough.ServerId, waitsFor);
        Append(_other, "c");
        Follow(_other);
        _other.Erasure.Acknowledge(OfAgent);

        Assert.Equal(3, EraseAll(_one).Events);
        Assert.Empty(EventIds());
    }

    [Fact]
    public void A_server_that_slept_while_another_one_ended_it_leaves_a_new_life_alone()
    {
        Append(_one, "a");
        _one.Erasure.Begin(OfAgent, 1);
        Assert.Null(_one.Erasure.EraseNext(OfAgent, Most, out _));
        Follow(_other);
        foreach (var store in (MongoStatusStore[])[_one, _other]) store.Erasure.Acknowledge(OfAgent);
        while (_database.Read("erasures").Single()["ended_at"].IsBsonNull)
            Assert.Null(_other.Erasure.EraseNext(OfAgent, Most, out _));
        Follow(_other, () => _other.Erasure.TakeEnd(OfAgent));
        Append(_other, "new");

        for (var i = 0; i < 20; i++) _one.Erasure.EraseNext(OfAgent, Most, out _);
        Assert.Equal(["new"], EventIds());

        // Nor does one that begins anew end at once, since the earlier one had come to its end.
        _other.Erasure.Begin(OfAgent, 2);
        var feed = _one.Follow();
        foreach (var store in (MongoStatusStore[])[_one, _other]) store.Erasure.Acknowledge(OfAgent);
        Assert.Equal(1, EraseAll(_one, feed).Events);
        Assert.Empty(EventIds());
    }

    [Fact]
    public void A_server_that_was_not_followed_is_told_of_an_erasure_that_it_missed_once()
    {
        var feed = _other.Follow();
        Until(() => feed.Read().KnownThroughMs is not null);
        Silence();
        _one.Erasure.Begin(OfAgent, 1);
        EraseAll(_one);

        var missed = feed.Read().Erased;
        Assert.True(Assert.Single(missed).Included(Agent));
        Assert.False(missed[0].Included(new(Agent.CompanyId, Agent.AgentId + 1)));
        Assert.Empty(feed.Read().Erased);
        Assert.Empty(_other.Erasure.UnderWay.All);
    }

    [Fact]
    public void What_lay_in_a_spool_since_before_the_end_goes_and_what_came_later_stays()
    {
        _one.Erasure.Begin(OfAgent, 1);
        EraseAll(_one);
        var endedAtMs = _database.Read("erasures").Single()["ended_at"].AsBsonDateTime.MillisecondsSinceEpoch;
        _one.Retract([new(Agent.CompanyId, "before", "wrong", "", 1)]);
        EventToAppend[] spooled =
        [
            new(EventOf("before"), endedAtMs, false), new(EventOf("later"), endedAtMs + 1, false),
            new(EventOf("other") with { Agent = new(Agent.CompanyId, 7) }, 1, false),
        ];

        Assert.Equal(
            ["later", "other"], _other.Erasure.WithoutErased(spooled).Select(one => one.Event.EventId));
        Assert.Equal(AppendOutcome.Erased, Append(_other, "before"));
        Assert.Empty(_database.Read("retractions"));
    }

    private static StatusEvent EventOf(string id) => new(Agent, Status.Away, Origin.Agent, 5, id);

    private static AppendOutcome Append(MongoStatusStore store, string id) =>
        store.Append([new(EventOf(id), 1_000, false)])[0].Outcome;

    private static IReadOnlyList<StatusEvent> Read(MongoStatusStore store) =>
        store.ReadEvents(Agent, long.MinValue, long.MaxValue);

    private IEnumerable<string> EventIds() =>
        _database.Read("status_events").Select(one => one["event_id"].AsString).Order();

    /// <summary>As if all servers had been silent for longer than anybody is watched.</summary>
    private void Silence() => _database.Collection("servers").UpdateMany(
        new BsonDocument(), new BsonDocument("$set", new BsonDocument("seen_at", new BsonDateTime(1))));

    private static void Follow(MongoStatusStore store)
    {
        var feed = store.Follow();
        Until(() => feed.Read().KnownThroughMs is not null);
    }

    /// <summary>Follows until something comes of it.</summary>
    private static ErasedCounts? Follow(MongoStatusStore store, Func<ErasedCounts?> take)
    {
        ErasedCounts? taken = null;
        var feed = store.Follow();
        Until(() =>
        {
            feed.Read();
            return (taken = take()) is not null;
        });
        return taken;
    }

    private static ErasedCounts EraseAll(MongoStatusStore store, IChangeFeed? feed = null)
    {
        ErasedCounts? erased = null;
        Until(() =>
        {
            feed?.Read();
            return (erased = store.Erasure.EraseNext(OfAgent, Most, out _)) is not null;
        });
        return erased!.Value;
    }

    private static void Until(Func<bool> isSo)
    {
        for (var i = 0; i < 1_000; i++)
            if (isSo()) return;
        throw new InvalidOperationException("It does not come.");
    }
}
