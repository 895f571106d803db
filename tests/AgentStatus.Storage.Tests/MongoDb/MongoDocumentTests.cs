namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>What stands in the database: read and written past the store, as an analyst or another program
/// does.</summary>
[MongoDb]
public sealed class MongoDocumentTests : IDisposable
{
    private static readonly AgentKey Agent = new(280197, 380171);

    private readonly TestDatabase _database = TestDatabase.Require();
    private readonly MongoStatusStore _store;

    public MongoDocumentTests() => _store = MongoStatusStore.Open(_database.Options);

    public void Dispose()
    {
        _store.Dispose();
        _database.Dispose();
    }

    [Fact]
    public void StatusEvents_HaveReadableFields()
    {
        _store.Append([new(new(Agent, Status.OnCall, Origin.Call, 5, "a"), 1_000, false)]);

        Assert.StartsWith(
            "_id=280197/a company_id=280197 agent_id=380171 event_id=a status=ON_CALL origin=CALL occurred_at=5ms "
            + "recorded_at=1000ms server_id=",
            ReadOne(EventDocument.Collection));
        Assert.EndsWith(" sequence=1", ReadOne(EventDocument.Collection));
    }

    [Fact]
    public void OfflinePeriods_HaveReadableFields()
    {
        var period = new OfflinePeriod(Agent, 1_000, null, [new(1_000, 2_500)], 2_500, 7);
        _store.OfflinePeriods.Replace(_store.OfflinePeriods.TryOwn()!.Value, [new(Agent, 0, [period])]);

        Assert.StartsWith(
            "_id=280197/380171/1000 company_id=280197 agent_id=380171 started_at=1000ms ended_at=null "
            + "periods=(Array) business_seconds=1.5 computed_through=2500ms hours_in_force_from=7ms hours_fault=null "
            + "epoch=1 written_at=",
            ReadOne(PeriodDocument.Collection));
    }

    [Fact]
    public void BusinessHours_HaveReadableFields()
    {
        _store.AddHours(new(280197, 1, 50, "{}"));

        Assert.StartsWith(
            "_id=280197/1 company_id=280197 number=1 in_force_from=50ms content={} server_id=",
            ReadOne(HoursDocument.Collection));
    }

    [Fact]
    public void RejectedEvents_AreKeptOnceForEachContent()
    {
        var rejected = new RejectedEvent(new(Agent, Status.Busy, Origin.Agent, 5, "a"), 1_000, 2_000);
        var other = rejected with { Event = rejected.Event with { OccurredAtMs = 6 } };

        _store.AddRejected([rejected]);
        _store.AddRejected([rejected with { RejectedAtMs = 3_000 }, other]);

        Assert.Equal(2, Count(StatusDatabase.RejectedEvents));
    }

    [Fact]
    public void Numbers_GoOnThroughEventsAndHours()
    {
        var one = new EventToAppend(new(Agent, Status.Busy, Origin.Agent, 5, "a"), 1_000, false);
        _store.Append([one]);
        _store.AddHours(new(1, 1, 50, "{}"));
        _store.Append([one, one with { Event = one.Event with { EventId = "b" } }]);

        Assert.EndsWith(" sequence=2", ReadOne(HoursDocument.Collection));
        Assert.Equal(2, Count(EventDocument.Collection));
    }

    [Theory]
    [InlineData("status", "NAPPING")]
    [InlineData("origin", "agent")]
    [InlineData("occurred_at", "yesterday")]
    public void A_document_of_another_schema_is_named_in_a_StoreException(string field, string value)
    {
        Insert(EventDocument.Collection, new BsonDocument
        {
            { "_id", "280197/odd" }, { "company_id", 280197L }, { "agent_id", 380171L }, { "event_id", "odd" },
            { "status", "BUSY" }, { "origin", "AGENT" }, { "occurred_at", new BsonDateTime(5) },
        }.Set(field, value));
        var same = new EventToAppend(new(Agent, Status.Busy, Origin.Agent, 5, "odd"), 1_000, false);

        var refused = Assert.Throws<StoreException>(() => _store.Append([same]));

        Assert.Contains("status_events", refused.Message);
        Assert.Contains("\"280197/odd\"", refused.Message);
        if (field != "occurred_at")
        {
            refused = Assert.Throws<StoreException>(() => _store.ReadEvents(Agent, 0, 10));
            Assert.Contains("event_id \"odd\"", refused.Message);
        }
    }

    [Fact]
    public void An_incomplete_document_is_named_in_a_StoreException()
    {
        Insert(HoursDocument.Collection, new() { { "_id", "1/1" }, { "company_id", 1L } });
        Insert(PeriodDocument.Collection, new() { { "_id", "1/1/1" }, { "company_id", 1L }, { "agent_id", 1L } });

        var hours = Assert.Throws<StoreException>(() => _store.ReadHours());
        var periods = Assert.Throws<StoreException>(() => _store.OfflinePeriods.Read(new(1, 1), 0));

        Assert.Contains("\"1/1\"", hours.Message);
        Assert.Contains("\"1/1/1\"", periods.Message);
    }

    [Fact]
    public void Probe_OfADatabaseThatTakesWrites_Passes() => _store.Probe();

    private void Insert(string collection, BsonDocument document) =>
        _database.Collection(collection).InsertOne(document);

    private int Count(string collection) => _database.Read(collection).Count;

    private string ReadOne(string collection) => string.Join(
        ' ', _database.Read(collection)[0].Select(field => $"{field.Name}={Text(field.Value)}"));

    private static string Text(BsonValue value) => value switch
    {
        BsonDateTime date => $"{date.MillisecondsSinceEpoch}ms",
        BsonNull => "null",
        BsonArray => "(Array)",
        _ => $"{value}",
    };
}
