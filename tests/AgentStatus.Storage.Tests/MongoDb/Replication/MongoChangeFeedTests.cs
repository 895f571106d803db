using System.Diagnostics;

namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>Several stores on one database, in one process, each following the others.</summary>
[MongoDb]
public sealed class MongoChangeFeedTests : IDisposable
{
    private static readonly AgentKey Agent = ForeignServer.Agent;

    private static readonly ReplicationLimits Limits = ReplicationLimits.Default;

    private readonly TestDatabase _database = TestDatabase.Require();
    private readonly List<MongoStatusStore> _stores = [];

    public void Dispose()
    {
        foreach (var store in _stores) store.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void What_one_stores_the_other_is_given_once()
    {
        var one = Open(clock: new ShiftedClock(TimeSpan.FromHours(-5)));
        var feed = one.Follow();
        var ownFeed = Open().Follow();
        var late = Open(clock: new ShiftedClock(TimeSpan.FromHours(5)));

        Append(one, "a", "b");
        Append(late, "c", "b");
        var version = new StoredHours(Agent.CompanyId, 1, 77, "{}");
        Assert.Equal(version, late.AddHours(version));

        var changes = ownFeed.Read();
        Assert.Equal(["a", "b", "c"], changes.Events.Select(added => added.EventId).Order());
        Assert.Contains(new(Agent, Status.Offline, Origin.Agent, 5, "c"), changes.Events);
        Assert.Equal([version], changes.Hours);
        Assert.Equal(["c"], feed.Read().Events.Select(added => added.EventId));
        AssertNothing(ownFeed.Read());
        AssertNothing(feed.Read());
    }

    [Fact]
    public void What_was_stored_before_following_is_not_given()
    {
        var one = Open();
        Append(one, "a");
        one.Follow().Read();

        AssertNothing(Open().Follow().Read());
    }

    [Fact]
    public void A_gap_holds_back_nothing_and_is_given_when_it_fills()
    {
        var feed = Open().Follow();
        var other = new ForeignServer(_database, "other").Says(confirmedThrough: 1).Stores(1, 3, 6);

        var first = feed.Read();
        Assert.Equal([1, 3, 6], ForeignServer.NumbersOf(first.Events));
        var second = feed.Read();
        AssertNothing(second);
        Assert.True(second.KnownThroughMs >= first.KnownThroughMs);
        Assert.Equal([new("other", 1)], second.GivenThrough);
        other.Stores(5).StoresHours(4, new(1, 1, 1, "{}"));
        var third = feed.Read();
        Assert.Equal([5], ForeignServer.NumbersOf(third.Events));
        Assert.Single(third.Hours);
        other.Stores(2);
        Assert.Equal([2], ForeignServer.NumbersOf(feed.Read().Events));
        AssertNothing(feed.Read());
        Assert.Equal([new("other", 6)], feed.Read().GivenThrough);
    }

    [Fact]
    public void A_number_that_never_comes_is_passed()
    {
        var feed = Open().Follow();
        var other = new ForeignServer(_database, "other").Says(confirmedThrough: 0).Stores(1, 3);
        Assert.Equal([1, 3], ForeignServer.NumbersOf(feed.Read().Events));

        other.Says(confirmedThrough: 10);
        AssertNothing(feed.Read());

        // Nobody asks for it any more.
        other.Stores(2, 9, 11);
        Assert.Equal([11], ForeignServer.NumbersOf(feed.Read().Events));
    }

    [Fact]
    public void More_than_one_reading_takes_comes_in_portions_and_is_known_with_the_last()
    {
        var feed = Open(Limits with { DocumentsPerRead = 10, RangesPerQuery = 2 }).Follow();
        for (var i = 0; i < 5; i++)
            new ForeignServer(_database, $"other{i}").Says(confirmedThrough: 4).Stores(1, 3, 4, 7, 9);

        var readings = Enumerable.Range(0, 4).Select(_ => feed.Read()).ToList();

        Assert.Equal([10, 10, 5, 0], readings.Select(reading => reading.Events.Count));
        Assert.Equal([false, false, true, true], readings.Select(reading => reading.KnownThroughMs is not null));
        Assert.Equal(25, readings.SelectMany(reading => reading.Events).Distinct().Count());
    }

    [Fact]
    public void Of_a_long_backlog_only_the_next_numbers_are_asked_for_and_its_gaps_with_them()
    {
        var feed = Open(Limits with { DocumentsPerRead = 10 }).Follow();
        var other = new ForeignServer(_database, "other").Says(confirmedThrough: 42).Stores(1, 2, 12, 40, 42, 45);

        // Nothing of the first stretch's end, nothing in the third one: they are passed all the same.
        Assert.Equal(
            [[1, 2], [12], [], [40], [42, 45]],
            Enumerable.Range(0, 5).Select(_ => ForeignServer.NumbersOf(feed.Read().Events)));
        other.Stores(41, 43);
        var last = feed.Read();
        Assert.Equal([43], ForeignServer.NumbersOf(last.Events));
        Assert.NotNull(last.KnownThroughMs);

        // What is open holds nothing back, however far behind it the next number is.
        other.Stores(1_000);
        Assert.Equal([1_000], ForeignServer.NumbersOf(feed.Read().Events));
        other.Stores(44);
        Assert.Equal([44], ForeignServer.NumbersOf(feed.Read().Events));
    }

    [Fact]
    public void StoreAhead_IsTheDatabasesClockLessOurs()
    {
        var feed = Open(clock: new ShiftedClock(TimeSpan.FromMinutes(10))).Follow();

        Assert.InRange(feed.Read().StoreAheadMs, -610_000, -590_000);
    }

    [Fact]
    public void A_reading_that_fails_fails_in_time_and_loses_nothing()
    {
        Assert.SkipUnless(
            TestMongo.ConnectionString.StartsWith("mongodb://127.0.0.1:", StringComparison.Ordinal),
            "The line that the test cuts leads to a database on this machine.");
        using var line = new CuttableLine(TestMongo.ConnectionString);
        var options = _database.Options with
        {
            ConnectionString = $"mongodb://127.0.0.1:{line.Port}/?directConnection=true",
            WriteTimeout = TimeSpan.FromSeconds(1),
        };
        _stores.Add(MongoStatusStore.Open(options, Limits, TimeProvider.System));
        var feed = _stores[0].Follow();
        var other = new ForeignServer(_database, "other").Says(confirmedThrough: 3).Stores(1, 2, 3);

        line.Cut();
        var began = Stopwatch.GetTimestamp();
        Assert.Throws<StoreUnreachableException>(() => feed.Read());
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 8);
        line.Mend();
        other.Stores(4);

        Changes? changes = null;
        while (changes is null && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            try
            {
                changes = feed.Read();
            }
            catch (StoreUnreachableException)
            {
                // The driver has not found out yet that the database is back.
            }
        }
        Assert.Equal([1, 2, 3, 4], ForeignServer.NumbersOf(changes!.Events));
    }

    [Fact]
    public async Task Stores_that_write_at_once_all_know_all_in_the_end()
    {
        var stores = Enumerable.Range(0, 3).Select(i => Open(clock: new ShiftedClock(TimeSpan.FromHours(i)))).ToList();
        var feeds = stores.ConvertAll(store => store.Follow());
        var writing = stores.Select((store, s) => Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
                Append(store, [.. Enumerable.Range(0, 5).Select(n => $"{s} {i} {n}"), $"same {i}"]);
        })).ToList();
        var known = feeds.ConvertAll(_ => new List<string>());
        var isWritten = false;
        for (var isLast = false; !isLast; isLast = isWritten, isWritten = writing.TrueForAll(task => task.IsCompleted))
        {
            for (var i = 0; i < feeds.Count; i++)
                known[i].AddRange(feeds[i].Read().Events.Select(added => added.EventId));
        }
        await Task.WhenAll(writing);

        for (var i = 0; i < feeds.Count; i++)
        {
            Assert.Equal(known[i].Count, known[i].Distinct().Count());
            Assert.Equal(400, known[i].Count(id => !id.StartsWith("same", StringComparison.Ordinal)));
            Assert.DoesNotContain(known[i], id => id.StartsWith($"{i} ", StringComparison.Ordinal));
        }
        Assert.Equal(2 * 40, known.Sum(ids => ids.Count(id => id.StartsWith("same", StringComparison.Ordinal))));
    }

    private static void AssertNothing(Changes changes)
    {
        Assert.Empty(changes.Events);
        Assert.Empty(changes.Hours);
    }

    private static void Append(MongoStatusStore store, params string[] ids)
    {
        var events = ids.Select(id => new StatusEvent(Agent, Status.Offline, Origin.Agent, 5, id));
        store.Append([.. events.Select(one => new EventToAppend(one, RecordedAtMs: 6, AnyOccurredAt: false))]);
    }

    private MongoStatusStore Open(ReplicationLimits? limits = null, TimeProvider? clock = null)
    {
        var store = MongoStatusStore.Open(_database.Options, limits ?? Limits, clock ?? TimeProvider.System);
        _stores.Add(store);
        return store;
    }
}
