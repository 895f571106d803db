namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>Servers of different versions on one database.</summary>
[MongoDb]
public sealed class MongoVersionTests : IDisposable
{
    /// <summary>The index of status_events that servers made before events had more to say.</summary>
    private static readonly string[] Former =
        ["company_id", "agent_id", "origin", "occurred_at", "event_id", "status"];

    private readonly TestDatabase _database = TestDatabase.Require();

    public void Dispose() => _database.Dispose();

    [Fact]
    public void Open_OfWhatAFormerServerLeft_ReplacesItsIndexAndKeepsItFromStartingAgain()
    {
        MakeFormerIndex();
        Open();

        var wide = Assert.Single(Indexes(), index => index["key"].AsBsonDocument.Contains("origin"));
        Assert.Equal("label", wide["key"].AsBsonDocument.Names.Last());
        var refused = Assert.Throws<MongoCommandException>(MakeFormerIndex);
        Assert.True(refused.Code is 85 or 86, refused.Message);

        // Nothing is made anew at the next start.
        Open();
        Assert.Equal(wide, Assert.Single(Indexes(), index => index["key"].AsBsonDocument.Contains("origin")));
    }

    [Fact]
    public void Open_OfTheSameIndexUnderAnotherName_RenamesIt()
    {
        Open();
        var (name, keys) = Indexes().Where(index => index["key"].AsBsonDocument.Contains("label"))
            .Select(index => (index["name"].AsString, index["key"].AsBsonDocument)).Single();
        Events.Indexes.DropOne(name);
        Make("another", keys);
        Open();

        Assert.Equal(name, Assert.Single(Indexes(), index => index["key"].AsBsonDocument.Contains("label"))["name"]);
    }

    [Fact]
    public void Open_OfWhatANewerServerWrote_IsRefusedAndChangesNothing()
    {
        Open();
        var schema = new BsonDocument { { "_id", "schema" }, { "version", DatabaseSchema.Version + 1 } };
        var settings = _database.Collection(SettingDocument.Collection);
        Assert.Equal(1, settings.ReplaceOne(new BsonDocument("_id", "schema"), schema).ModifiedCount);
        Events.Indexes.DropAll();

        var refused = Assert.Throws<StoreException>(Open);

        Assert.IsNotType<StoreUnreachableException>(refused);
        Assert.Contains(
            $"schema {DatabaseSchema.Version + 1}, this one knows {DatabaseSchema.Version}", refused.Message);
        Assert.DoesNotContain(Indexes(), index => index["key"].AsBsonDocument.Contains("label"));
    }

    private IMongoCollection<BsonDocument> Events => _database.Collection(EventDocument.Collection);

    private void Open() => MongoStatusStore.Open(_database.Options).Dispose();

    private List<BsonDocument> Indexes() => Events.Indexes.List().ToList();

    private void MakeFormerIndex() =>
        Make(string.Join('_', Former), new BsonDocument(Former.Select(field => new BsonElement(field, 1))));

    private void Make(string name, BsonDocument keys) => Events.Indexes.CreateOne(
        new CreateIndexModel<BsonDocument>(keys, new CreateIndexOptions { Name = name }));
}
