namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The contract on MongoDB. Each test has a database of its own.</summary>
[MongoDb]
public sealed class MongoStatusStoreTests : StatusStoreContract
{
    private readonly TestDatabase _database = TestDatabase.Require();

    public override void Dispose()
    {
        base.Dispose();
        _database.Dispose();
    }

    protected override IStatusStore Open() => MongoStatusStore.Open(_database.Options);

    [Fact]
    public void Two_servers_that_store_the_same_and_others_agree_on_one_of_each()
    {
        using var other = MongoStatusStore.Open(_database.Options);
        var mine = Append(Event(5, "a"), Event(6, "b"));
        var theirs = other.Append(
            [new(Event(7, "b"), 1, false), new(Event(8, "c"), 1, false), new(Event(5, "a"), 1, false)]);

        Assert.All(mine, result => Assert.Equal(AppendOutcome.Stored, result.Outcome));
        Assert.Equal(
            [new(AppendOutcome.Conflict, Event(6, "b")), new(AppendOutcome.Stored, Event(8, "c")),
                new(AppendOutcome.Duplicate, Event(5, "a"))],
            theirs);
        AlsoAfterRestart(() => Assert.Equal(["a", "b", "c"], Ids(ReadAll())));
    }
}
