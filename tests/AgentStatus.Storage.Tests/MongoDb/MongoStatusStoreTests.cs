using AgentStatus.Storage.MongoDb;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The contract on MongoDB. Each test has a database of its own.</summary>
public sealed class MongoStatusStoreTests : SharedStoreContract
{
    private readonly TestDatabase _database = TestDatabase.Require();

    public override void Dispose()
    {
        base.Dispose();
        _database.Dispose();
    }

    protected override IStatusStore Open() => MongoStatusStore.Open(_database.Options);

    [Fact]
    public void BeginBatch_WhileOneIsOpen_IsRefused()
    {
        using var batch = Store.BeginBatch();

        Assert.Throws<InvalidOperationException>(Store.BeginBatch);
    }

    [Fact]
    public void TwoServers_ThatStoreTheSameAndOthers_AgreeOnOneOfEach()
    {
        using var other = MongoStatusStore.Open(_database.Options);
        var mine = Append(Event(5, "a"), Event(6, "b"));
        IReadOnlyList<AppendResult> theirs;
        using (var batch = other.BeginBatch())
        {
            theirs = batch.Append(
                [new(Event(7, "b"), 1, false), new(Event(8, "c"), 1, false), new(Event(5, "a"), 1, false)]);
            batch.Commit();
        }

        Assert.All(mine, result => Assert.Equal(AppendOutcome.Stored, result.Outcome));
        Assert.Equal(
            [new(AppendOutcome.Conflict, Event(6, "b")), new(AppendOutcome.Stored, Event(8, "c")),
                new(AppendOutcome.Duplicate, Event(5, "a"))],
            theirs);
        AlsoAfterRestart(() => Assert.Equal(["a", "b", "c"], Ids(ReadAll())));
    }

    [Fact]
    public async Task TwoServers_ThatPutTheSamePeriodsAtOnce_BothSucceed()
    {
        using var other = MongoStatusStore.Open(_database.Options);
        for (var round = 0; round < 20; round++)
        {
            var periods = Enumerable.Range(round * 1_000, 20).Select(at => Period(at, at + 1)).ToList();
            await Task.WhenAll(new[] { Store, other }.Select(store => Task.Run(() =>
            {
                using var batch = store.BeginBatch();
                batch.ReplaceOfflinePeriods(Agent, round * 1_000, periods);
                batch.Commit();
            })));
        }

        AlsoAfterRestart(() => Assert.Equal(20 * 20, Store.ReadOfflinePeriods(Agent, 0).Count));
    }
}
