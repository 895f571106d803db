using AgentStatus.Core;
using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.Tests.MongoDb.Following;

/// <summary>
/// A server of which only what it wrote is there, document by document: so it can do anything at any time.
/// </summary>
internal sealed class ForeignServer(TestDatabase database, string id)
{
    public static readonly AgentKey Agent = new(280197, 380171);

    public ForeignServer Says(long confirmedThrough, long periodsThrough = 0, TimeSpan silentFor = default)
    {
        var seenAtMs = NowMs - (long)silentFor.TotalMilliseconds;
        Write(Collections.Servers, bulk => bulk.ReplaceOne(
            new BsonWriter().Begin().String("_id"u8, id).Finish(),
            new BsonWriter().Begin()
                .String("_id"u8, id).Date("seen_at"u8, seenAtMs)
                .Int64("confirmed_through"u8, confirmedThrough).Int64("periods_through"u8, periodsThrough)
                .Bool("stopped"u8, false).Bool("settled"u8, false).Finish(),
            upsert: true));
        return this;
    }

    public ForeignServer Stores(params long[] numbers)
    {
        Write(Collections.Events, bulk =>
        {
            foreach (var number in numbers)
            {
                var document = new BsonWriter().Begin();
                EventDocument.Write(document, new(Event(id, number), number, false), id, number);
                bulk.Insert(document.Finish());
            }
        });
        return this;
    }

    public ForeignServer StoresHours(long number, StoredHours hours)
    {
        var document = new BsonWriter().Begin();
        HoursDocument.Write(document, hours, id, number);
        var bytes = document.Finish().ToArray();
        Write(Collections.Hours, bulk => bulk.Insert(bytes));
        return this;
    }

    /// <summary>Its document, or null.</summary>
    public ServerDocument? Document => database.Use(
        client => ServerDocuments.Read(client, "", null).SingleOrDefault(one => one.Id == id));

    public static IEnumerable<long> NumbersOf(IEnumerable<StatusEvent> events) =>
        events.Select(one => one.OccurredAtMs).Order();

    public static StatusEvent Event(string id, long number) =>
        new(Agent, Status.Away, Origin.App, number, $"{id} {number}");

    private long NowMs => database.Use(client => Primary.Ask(client).ClockMs);

    private void Write(string collection, Action<MongoBulk> write) => database.Use(client =>
    {
        using var bulk = client.Bulk(collection);
        write(bulk);
        var result = bulk.Execute();
        Assert.Empty(result.Errors);
        Assert.Null(result.Unconfirmed);
        return true;
    });
}
