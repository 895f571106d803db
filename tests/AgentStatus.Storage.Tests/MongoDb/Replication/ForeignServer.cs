namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>A server of which only what it wrote is there, document by document: so it can do anything at any
/// time.</summary>
internal sealed class ForeignServer(TestDatabase database, string id)
{
    public static readonly AgentKey Agent = new(280197, 380171);

    public ForeignServer Says(long confirmedThrough)
    {
        database.Collection(ServerDocument.Collection).ReplaceOne(
            new BsonDocument("_id", id),
            new BsonDocument
            {
                { "_id", id }, { "seen_at", new BsonDateTime(NowMs) },
                { "confirmed_through", confirmedThrough }, { "stopped", false },
            },
            new ReplaceOptions { IsUpsert = true });
        return this;
    }

    public ForeignServer Stores(params long[] numbers)
    {
        database.Status.Events.InsertMany(numbers.Select(number => Event(id, number)).Zip(numbers,
            (one, number) => new EventDocument(EventDocument.IdOf(one), one, number, id, number)));
        return this;
    }

    public ForeignServer StoresHours(long number, StoredHours hours)
    {
        database.Status.Hours.InsertOne(new(HoursDocument.IdOf(hours), hours, id, number));
        return this;
    }

    public static IEnumerable<long> NumbersOf(IEnumerable<StatusEvent> events) =>
        events.Select(one => one.OccurredAtMs).Order();

    public static StatusEvent Event(string id, long number) =>
        new(Agent, Status.Away, Origin.App, number, $"{id} {number}");

    private long NowMs => TimedOperations.Wait(
        Primary.AskAsync(database.Status, TestContext.Current.CancellationToken)).ClockMs;
}
