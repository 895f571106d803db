using System.Diagnostics;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.Tests.MongoDb.Following;

/// <summary>Servers that go silent or away, and what the others then look after.</summary>
public sealed class AbandonedServerTests : IDisposable
{
    private static readonly FollowingLimits Limits =
        FollowingLimits.Default with { SettleFor = TimeSpan.Zero, DocumentsPerRead = 3 };

    private readonly TestDatabase _database = TestDatabase.Require();
    private MongoStatusStore? _store;

    public void Dispose()
    {
        _store?.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void WhatASilentServerDidNotVouchFor_IsGivenWhenItLapses_AndOnceMoreAtTheEnd()
    {
        var other = new ForeignServer(_database, "other").Says(confirmedThrough: 4).Stores(1, 2, 3, 4);
        var feed = Follow(Limits with { WatchFor = TimeSpan.FromSeconds(62) });
        Assert.Empty(feed.Read(true).Abandoned);

        other.Says(4, periodsThrough: 1, silentFor: TimeSpan.FromMinutes(1));
        Assert.Equal([2, 3, 4], ForeignServer.NumbersOf(feed.Read(true).Abandoned));
        Assert.Empty(feed.Read(true).Abandoned);

        // It lands late: it is new, and nobody else writes its periods.
        other.Stores(6);
        var late = feed.Read(true);
        Assert.Equal([6], ForeignServer.NumbersOf(late.Events));
        Assert.Equal([6], ForeignServer.NumbersOf(late.Abandoned));

        var begin = Stopwatch.GetTimestamp();
        Changes next;
        do
            next = feed.Read(false);
        while (next.Abandoned.Count == 0 && Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(20));
        Assert.Equal([2, 3, 4], ForeignServer.NumbersOf(next.Abandoned));
        Assert.Equal([6], ForeignServer.NumbersOf(feed.Read(false).Abandoned));
        Assert.False(other.Document!.IsSettled);
    }

    [Fact]
    public void AServerThatDiedLongAgo_IsLookedAfterOnce()
    {
        var other = new ForeignServer(_database, "other").Says(2, silentFor: TimeSpan.FromHours(20)).Stores(1, 2, 5);
        var feed = Follow();

        var first = feed.Read(true);
        Assert.Empty(first.Events);
        Assert.Equal([1, 2, 5], ForeignServer.NumbersOf(first.Abandoned));
        Assert.Empty(feed.Read(false).Abandoned);
        feed.Read(true);
        Assert.False(other.Document!.IsSettled);
        feed.Read(true);

        Assert.True(other.Document!.IsSettled);
        Assert.Equal(5, other.Document!.PeriodsThrough);
        _store!.Dispose();
        Assert.Empty(Follow().Read(true).Abandoned);
    }

    [Fact]
    public void AServerThatComesBack_IsNotSettled()
    {
        var other = new ForeignServer(_database, "other").Says(1, silentFor: TimeSpan.FromHours(2)).Stores(1);
        var feed = Follow();
        Assert.Single(feed.Read(true).Abandoned);

        feed.Read(true);
        other.Says(1);
        feed.Read(true);
        feed.Read(true);

        Assert.False(other.Document!.IsSettled);
        other.Says(1, silentFor: TimeSpan.FromMinutes(1));
        Assert.Single(feed.Read(true).Abandoned);
    }

    [Fact]
    public void AServerWhosePeriodsAreSettled_AbandonsNothing()
    {
        var one = MongoStatusStore.Open(_database.Options, Limits, TimeProvider.System);
        var feed = one.Follow();
        Append(one, "a");
        for (var i = 0; i < 3; i++)
            feed.Read(true);
        var document = Assert.Single(Servers());
        Assert.Equal((1, 1), (document.ConfirmedThrough, document.PeriodsThrough));
        Assert.False(document.IsStopped);

        one.Dispose();

        document = Assert.Single(Servers());
        Assert.True(document.IsStopped && document.IsSettled);
        Assert.Empty(Follow().Read(true).Abandoned);
    }

    [Fact]
    public void AServerThatStopsBeforeItsPeriodsAreSettled_AbandonsThem()
    {
        var one = MongoStatusStore.Open(_database.Options, Limits, TimeProvider.System);
        one.Follow().Read(true);
        Append(one, "a");
        one.Dispose();

        var document = Assert.Single(Servers());
        Assert.True(document.IsStopped);
        Assert.False(document.IsSettled);
        Assert.Single(Follow().Read(true).Abandoned);
    }

    [Fact]
    public void AServerThatWasPaused_IsSeenBeforeItAcknowledges()
    {
        var clock = new ShiftedClock(TimeSpan.Zero);
        _store = MongoStatusStore.Open(_database.Options, Limits, clock);
        Append(_store, "a");
        Append(_store, "b");
        var before = Assert.Single(Servers());
        Assert.Equal(0, before.ConfirmedThrough);

        clock.Jump(TimeSpan.FromSeconds(6));
        Append(_store, "c");

        var after = Assert.Single(Servers());
        Assert.True(after.SeenAtMs > before.SeenAtMs);
        Assert.Equal(2, after.ConfirmedThrough);
    }

    [Fact]
    public void WhatLandedUnseenFromADeadServer_IsGivenOnceSomebodyIsToldThatItIsStored()
    {
        var dead = new ForeignServer(_database, "dead").Says(1, silentFor: TimeSpan.FromHours(2)).Stores(1);
        var feed = Follow();
        for (var i = 0; i < 4; i++)
            feed.Read(true);
        Assert.True(dead.Document!.IsSettled);
        dead.Stores(2);
        Assert.Empty(feed.Read(false).Events);

        using (var teller = MongoStatusStore.Open(_database.Options, Limits, TimeProvider.System))
        {
            using var batch = teller.BeginBatch();
            var again = new EventToAppend(ForeignServer.Event("dead", 2), RecordedAtMs: 9, AnyOccurredAt: false);
            Assert.Equal(AppendOutcome.Duplicate, batch.Append([again])[0].Outcome);
        }

        var changes = feed.Read(false);
        Assert.Equal([2], ForeignServer.NumbersOf(changes.Events));
        Assert.Equal([2], ForeignServer.NumbersOf(changes.Abandoned));
    }

    [Fact]
    public void DocumentsOfServersSettledLongAgo_AreDeletedAtStart()
    {
        var old = new ForeignServer(_database, "old").Says(0, silentFor: TimeSpan.FromDays(31));
        var feed = Follow();
        for (var i = 0; i < 4; i++)
            feed.Read(true);
        Assert.True(old.Document!.IsSettled);
        var unsettled = new ForeignServer(_database, "unsettled").Says(0, silentFor: TimeSpan.FromDays(31));

        _store!.Dispose();
        Follow();

        Assert.Null(old.Document);
        Assert.NotNull(unsettled.Document);
    }

    private IChangeFeed Follow(FollowingLimits? limits = null)
    {
        _store = MongoStatusStore.Open(_database.Options, limits ?? Limits, TimeProvider.System);
        return _store.Follow();
    }

    private List<ServerDocument> Servers() => TimedOperations.Wait(ServerDocuments.ReadAsync(
        _database.Status, "", null, TestContext.Current.CancellationToken));

    private static void Append(MongoStatusStore store, string id)
    {
        using var batch = store.BeginBatch();
        batch.Append([new(new(ForeignServer.Agent, Core.Status.Offline, Core.Origin.Agent, 5, id), 6, false)]);
        batch.Commit();
    }
}
