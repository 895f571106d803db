using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb.Driver;

/// <summary>What the store will ask of a real server.</summary>
public sealed class MongoServerTests : IDisposable
{
    private const string Collection = "events";

    private readonly BsonWriter _writer = new();
    private readonly BsonWriter _other = new();
    private readonly MongoConnection _connection = TestMongo.Connect();

    public void Dispose()
    {
        using (var client = _connection.Rent())
            client.Run(_writer.Begin().Int32("dropDatabase"u8, 1).Finish());
        _connection.Dispose();
    }

    [Fact]
    public void Run_Hello_AnswersWithTheServersClock()
    {
        using var client = _connection.Rent();

        var reply = new BsonReader(client.Run(_writer.Begin().Int32("hello"u8, 1).Finish(), "admin"));

        Assert.True(reply.MoveTo("localTime"u8));
        Assert.InRange(reply.GetDate(), 1_700_000_000_000, 4_000_000_000_000);
    }

    [Fact]
    public void Run_OfAnUnknownCommand_IsTheServersError()
    {
        using var client = _connection.Rent();

        var failure = Assert.Throws<MongoException>(() => client.Run(_writer.Begin().Int32("nonsense"u8, 1).Finish()));

        Assert.Equal((MongoErrorDomain.Server, 59), (failure.Domain, failure.Code));
        Assert.False(failure.IsUnreachable);
    }

    [Fact]
    public void Execute_OfFiveHundredWithTwoStored_StoresTheOthersAndNamesTheTwo()
    {
        using var client = _connection.Rent();
        Insert(client, 7, 300);
        using var bulk = client.Bulk(Collection);
        for (var id = 0; id < 500; id++)
            bulk.Insert(Event(id));

        var result = bulk.Execute();

        Assert.Equal(498, result.Inserted);
        Assert.Equal([7, 300], result.Errors.Select(error => error.Index).Order());
        Assert.All(result.Errors, error => Assert.True(error.IsDuplicateKey));
        Assert.Null(result.Unconfirmed);
        Assert.Equal(Enumerable.Range(0, 500), Find(client, batch: 1000));
    }

    [Fact]
    public void Execute_Ordered_EndsAtTheFirstFailure()
    {
        using var client = _connection.Rent();
        Insert(client, 1);
        using var bulk = client.Bulk(Collection, ordered: true);
        foreach (var id in (int[])[0, 1, 2])
            bulk.Insert(Event(id));

        var result = bulk.Execute();

        Assert.Equal((1, 1), (result.Inserted, Assert.Single(result.Errors).Index));
        Assert.Equal([0, 1], Find(client, batch: 10));
    }

    [Fact]
    public void Find_InBatches_GivesAllInOrder()
    {
        using var client = _connection.Rent();
        Insert(client, [.. Enumerable.Range(0, 100)]);

        Assert.Equal(Enumerable.Range(0, 100), Find(client, batch: 7));
        Assert.Empty(Find(client, batch: 7, least: 100));
    }

    [Fact]
    public void Find_WithAProjectionAndALimit_GivesThoseFields()
    {
        using var client = _connection.Rent();
        Insert(client, 1, 2, 3);
        _writer.Begin().BeginDocument("_id"u8).Int32("$gte"u8, 2).End();
        _other.Begin().BeginDocument("projection"u8).Int32("_id"u8, 0).Int32("at"u8, 1).End()
            .Int64("limit"u8, 1).BeginDocument("sort"u8).Int32("_id"u8, 1).End().Int32("maxTimeMS"u8, 10_000);
        using var cursor = client.Find(Collection, _writer.Finish(), _other.Finish());

        Assert.True(cursor.TryNext(out var document));
        var reader = new BsonReader(document);
        Assert.True(reader.Read());
        Assert.Equal(2_000, reader.GetDate());
        Assert.False(reader.Read());
        Assert.False(cursor.TryNext(out _));
    }

    [Fact]
    public void Execute_OfUpdatesAndDeletes_CountsThem()
    {
        using var client = _connection.Rent();
        Insert(client, 1, 2, 3);
        using var bulk = client.Bulk(Collection);
        var upsert = _other.Begin().BeginDocument("$set"u8).Date("at"u8, 5).End()
            .BeginDocument("$currentDate"u8).Bool("seen_at"u8, true).End().Finish();
        bulk.UpdateOne(Id(1), upsert, upsert: true);
        bulk.UpdateOne(Id(9), upsert, upsert: true);
        bulk.UpdateOne(Id(77), upsert);
        bulk.ReplaceOne(Id(2), _other.Begin().String("text"u8, "é").Finish(), upsert: true);
        bulk.DeleteOne(Id(3));

        var result = bulk.Execute();

        Assert.Equal((2, 1, 1), (result.Matched, result.Upserted, result.Deleted));
        Assert.Empty(result.Errors);
        Assert.Equal([1, 2, 9], Find(client, batch: 10));
    }

    [Fact]
    public void CreateIndexes_TwiceAndUnique_Refuses()
    {
        using var client = _connection.Rent();
        _writer.Begin().String("createIndexes"u8, Collection).BeginArray("indexes"u8).BeginDocument()
            .BeginDocument("key"u8).Int32("company_id"u8, 1).Int32("at"u8, 1).End()
            .String("name"u8, "by_time").Bool("unique"u8, true).End().End()
            .BeginDocument("writeConcern"u8).String("w"u8, "majority").End();
        var command = _writer.Finish().ToArray();
        client.Run(command);
        client.Run(command);
        Insert(client, 1);
        using var bulk = client.Bulk(Collection);
        bulk.Insert(_writer.Begin().Int32("_id"u8, 2).Int32("company_id"u8, 5).Date("at"u8, 1_000).Finish());

        Assert.True(Assert.Single(bulk.Execute().Errors).IsDuplicateKey);
    }

    private static void Insert(MongoClient client, params int[] ids)
    {
        using var bulk = client.Bulk(Collection);
        foreach (var id in ids)
            bulk.Insert(Event(id));
        Assert.Equal(ids.Length, bulk.Execute().Inserted);
    }

    private static byte[] Event(int id) => [.. new BsonWriter().Begin()
        .Int32("_id"u8, id).Int32("company_id"u8, 5).Date("at"u8, id * 1_000).Finish()];

    private ReadOnlySpan<byte> Id(int id) => _writer.Begin().Int32("_id"u8, id).Finish();

    private List<int> Find(MongoClient client, int batch, int least = 0)
    {
        _writer.Begin().BeginDocument("_id"u8).Int32("$gte"u8, least).End();
        _other.Begin().BeginDocument("sort"u8).Int32("_id"u8, 1).End().Int32("batchSize"u8, batch);
        using var cursor = client.Find(Collection, _writer.Finish(), _other.Finish());
        var ids = new List<int>();
        while (cursor.TryNext(out var document))
        {
            var reader = new BsonReader(document);
            Assert.True(reader.MoveTo("_id"u8));
            ids.Add(reader.GetInt32());
        }
        return ids;
    }
}
