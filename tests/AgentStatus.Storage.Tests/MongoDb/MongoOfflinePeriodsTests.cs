namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Who owns the projection of offline periods, and what an owner that was replaced can still write.</summary>
[MongoDb]
public sealed class MongoOfflinePeriodsTests : IDisposable
{
    private static readonly AgentKey Agent = new(280197, 380171);

    private readonly TestDatabase _database = TestDatabase.Require();
    private readonly MongoStatusStore _one;
    private readonly MongoStatusStore _other;

    public MongoOfflinePeriodsTests()
    {
        _one = MongoStatusStore.Open(_database.Options);
        _other = MongoStatusStore.Open(_database.Options);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void TryOwn_OfTwoServers_OneHasIt_UntilItGivesItBack()
    {
        Assert.Equal(1, _one.OfflinePeriods.TryOwn());
        Assert.Null(_other.OfflinePeriods.TryOwn());
        Assert.Equal(1, _one.OfflinePeriods.TryOwn());

        _one.OfflinePeriods.Release();

        Assert.Equal(2, _other.OfflinePeriods.TryOwn());
        Assert.Null(_one.OfflinePeriods.TryOwn());
    }

    [Fact]
    public void TryOwn_OfALeaseThatLapsed_TakesIt()
    {
        _one.OfflinePeriods.TryOwn();
        Renewed(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(2, _other.OfflinePeriods.TryOwn());
        Assert.Null(_one.OfflinePeriods.TryOwn());
    }

    [Fact]
    public void TryOwn_ByForce_TakesItFromALivingOwner()
    {
        _one.OfflinePeriods.TryOwn();

        Assert.Equal(2, _other.OfflinePeriods.TryOwn(force: true));
        Assert.Null(_one.OfflinePeriods.TryOwn());
    }

    [Fact]
    public async Task TryOwn_OfManyAtOnce_OneHasIt()
    {
        var last = 0L;
        for (var round = 0; round < 10; round++)
        {
            var epochs = await Task.WhenAll(
                new[] { _one, _other }.Select(store => Task.Run(() => store.OfflinePeriods.TryOwn())));
            var epoch = Assert.Single(epochs.OfType<long>());
            Assert.True(epoch > last, $"{epoch} after {last}");
            last = epoch;
            Renewed(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            _database.Collection(ProjectionDocument.Collection).UpdateOne(
                new BsonDocument(), new BsonDocument("$set", new BsonDocument("owner", "")));
        }
    }

    [Fact]
    public void Replace_ByAnEarlierOwner_ChangesNothingOfANewerOne()
    {
        _one.OfflinePeriods.TryOwn();
        _one.OfflinePeriods.Replace(1, [new(Agent, 0, [Period(1, 5), Period(10, null)])]);
        _other.OfflinePeriods.TryOwn(force: true);
        Assert.True(_other.OfflinePeriods.Replace(2, [new(Agent, 0, [Period(1, 5), Period(10, 20)])]));

        Assert.False(_one.OfflinePeriods.Replace(1, [new(Agent, 0, [Period(10, 30)])]));
        Assert.False(_one.OfflinePeriods.Replace(1, [new(Agent, 15, [])]));

        Assert.Equal([Period(1, 5), Period(10, 20)], _one.OfflinePeriods.Read(Agent, 0));
    }

    [Fact]
    public void Replace_PausedInItsMidst_ChangesNothingOfANewerOwner()
    {
        var one = (MongoOfflinePeriods)_one.OfflinePeriods;
        one.TryOwn();
        one.Replace(1, [new(Agent, 0, [Period(1, 5), Period(10, 20)])]);
        var paused = one.Compare(1, [new(Agent, 0, [Period(1, 7)])]);
        Assert.False(paused.IsFenced);

        // The next owner finds both periods right: it writes them all the same, under its own epoch.
        _other.OfflinePeriods.TryOwn(force: true);
        _other.OfflinePeriods.Replace(2, [new(Agent, 0, [Period(1, 5), Period(10, 20)])]);

        Assert.False(one.Put(1, paused));
        one.Delete(1, paused);
        Assert.Equal([Period(1, 5), Period(10, 20)], one.Read(Agent, 0));
    }

    [Fact]
    public void Replace_OfVeryManyPeriods_RenewsTheLease()
    {
        _one.OfflinePeriods.TryOwn();
        Renewed(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.True(_one.OfflinePeriods.Replace(1, [new(Agent, 0, Many)]));

        Assert.Null(_other.OfflinePeriods.TryOwn());
        Renewed(new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(_one.OfflinePeriods.Replace(1, [new(Agent, 0, [])]));
        Assert.Null(_other.OfflinePeriods.TryOwn());
    }

    [Fact]
    public void Replace_OfVeryManyPeriods_EndsWhereAnotherServerTookOver()
    {
        _one.OfflinePeriods.TryOwn();
        _other.OfflinePeriods.TryOwn(force: true);

        Assert.False(_one.OfflinePeriods.Replace(1, [new(Agent, 0, Many)]));

        Assert.Empty(_one.OfflinePeriods.Read(Agent, 0));
    }

    [Fact]
    public void FindLateWrites_GivesWhatAnEarlierOwnerInsertedAfterItWasReplaced()
    {
        _one.OfflinePeriods.TryOwn();
        _other.OfflinePeriods.TryOwn(force: true);
        Assert.Null(_other.OfflinePeriods.ReadChangesSinceCheckpoint());
        Assert.Empty(_other.OfflinePeriods.FindLateWrites(2));

        Assert.True(_one.OfflinePeriods.Replace(1, [new(Agent, 0, [Period(7, 9)])]));

        var late = Assert.Single(_other.OfflinePeriods.FindLateWrites(2));
        Assert.Equal(Agent, late.Agent);
        Assert.True(_other.OfflinePeriods.Replace(2, [new(Agent, late.FromMs - 1, [])]));
        Assert.Empty(_other.OfflinePeriods.FindLateWrites(2));
        Assert.Empty(_other.OfflinePeriods.Read(Agent, 0));
    }

    [Fact]
    public void ReadChangesSinceCheckpoint_GivesTheEventsOfAllServersBehindIt()
    {
        _one.Append([Event(5, "a")]);
        _one.OfflinePeriods.TryOwn();
        Assert.Null(_one.OfflinePeriods.ReadChangesSinceCheckpoint());
        _one.Follow().Read();
        var feed = _other.Follow();
        _one.OfflinePeriods.SaveCheckpoint(1, [_one.StoredThrough]);

        _one.Append([Event(8, "b")]);
        _other.Append([Event(6, "c"), Event(9, "d", agentId: 7)]);
        feed.Read();

        _other.OfflinePeriods.TryOwn(force: true);
        var changes = _other.OfflinePeriods.ReadChangesSinceCheckpoint()!.ToDictionary(
            change => change.Agent, change => change.FromMs);
        Assert.Equal(new() { [Agent] = 6, [Agent with { AgentId = 7 }] = 9 }, changes);
    }

    [Fact]
    public void SaveCheckpoint_ByAnEarlierOwner_SavesNothing()
    {
        _one.OfflinePeriods.TryOwn();
        _other.OfflinePeriods.TryOwn(force: true);

        Assert.False(_one.OfflinePeriods.SaveCheckpoint(1, [new("one", 5)]));

        Assert.Null(_other.OfflinePeriods.ReadChangesSinceCheckpoint());
    }

    [Fact]
    public void LowerCheckpoint_ByAnOwnerThatKnowsLess_GivesTheEventsToTheNextOwnerAgain()
    {
        _one.OfflinePeriods.TryOwn();
        _one.Follow().Read();
        _one.Append([Event(5, "a"), Event(6, "b")]);
        _one.OfflinePeriods.SaveCheckpoint(1, [_one.StoredThrough]);

        _other.OfflinePeriods.TryOwn(force: true);
        Assert.Empty(_other.OfflinePeriods.ReadChangesSinceCheckpoint()!);
        Assert.True(_other.OfflinePeriods.LowerCheckpoint(2, [_one.StoredThrough with { Number = 1 }]));
        _other.OfflinePeriods.Release();

        _one.OfflinePeriods.TryOwn();
        Assert.Equal([new(Agent, 6)], _one.OfflinePeriods.ReadChangesSinceCheckpoint()!);
    }

    [Fact]
    public void TryOwn_AfterItsDocumentWasDropped_BeginsAboveTheDocumentsEpochs()
    {
        _one.OfflinePeriods.TryOwn();
        _other.OfflinePeriods.TryOwn(force: true);
        _other.OfflinePeriods.Replace(2, [new(Agent, 0, [Period(1, 5)])]);
        _database.Collection(ProjectionDocument.Collection).DeleteMany(new BsonDocument());

        Assert.Equal(3, _one.OfflinePeriods.TryOwn());
        Assert.True(_one.OfflinePeriods.Replace(3, [new(Agent, 0, [Period(1, 6)])]));
    }

    [Fact]
    public void FindLateWrites_OfSeveralPeriodsOfAnAgent_GivesItOnceFromTheFirst()
    {
        _one.OfflinePeriods.TryOwn();
        _one.OfflinePeriods.Replace(1, [new(Agent, 0, [Period(7, 9), Period(20, 30), Period(40, null)])]);
        _other.OfflinePeriods.TryOwn(force: true);
        _other.OfflinePeriods.ReadChangesSinceCheckpoint();

        Assert.Equal([new(Agent, 8)], _other.OfflinePeriods.FindLateWrites(2));
    }

    private void Renewed(DateTime at) => _database.Collection(ProjectionDocument.Collection).UpdateOne(
        new BsonDocument(), new BsonDocument("$set", new BsonDocument("renewed_at", at)));

    /// <summary>More than one command takes.</summary>
    private static OfflinePeriod[] Many => [.. Enumerable.Range(0, 1_200).Select(i => Period(10 * i, (10 * i) + 5))];

    private static EventToAppend Event(long occurredAtMs, string id, long agentId = 380171) => new(
        new(Agent with { AgentId = agentId }, Status.Busy, Origin.Agent, occurredAtMs, id), 1_000, false);

    private static OfflinePeriod Period(long startedAtMs, long? endedAtMs) =>
        new(Agent, startedAtMs, endedAtMs, [new(startedAtMs, endedAtMs ?? 999)], endedAtMs ?? 999, 7);
}
