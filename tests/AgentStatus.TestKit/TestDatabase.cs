using AgentStatus.Storage.MongoDb;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.TestKit;

/// <summary>A test's own database, dropped at its end.</summary>
public sealed class TestDatabase : IDisposable
{
    private readonly IMongoDatabase _database;

    private TestDatabase(IMongoDatabase database)
    {
        _database = database;
        Status = new(database, "the test's database");
    }

    public MongoStoreOptions Options => OptionsOf(TestMongo.ConnectionString) with
    {
        Database = _database.DatabaseNamespace.DatabaseName,
    };

    /// <summary>As the store sees it.</summary>
    internal StatusDatabase Status { get; }

    /// <summary>Skips the test where there is no MongoDB.</summary>
    public static TestDatabase Require()
    {
        TestMongo.Require();
        // No application name of its own: all tests' databases share their connections.
        var settings = ClientSettings.Read(OptionsOf(TestMongo.ConnectionString), "tests");
        return new(new MongoClient(settings).GetDatabase($"agentstatus_test_{Guid.NewGuid():N}"));
    }

    /// <summary>With time enough for a busy machine.</summary>
    public static MongoStoreOptions OptionsOf(string connectionString) => new()
    {
        ConnectionString = connectionString,
        Database = "test",
        WriteTimeout = TimeSpan.FromSeconds(20),
        StartTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>A collection as anybody sees it.</summary>
    public IMongoCollection<BsonDocument> Collection(string name) => _database.GetCollection<BsonDocument>(name);

    /// <summary>All documents of a collection.</summary>
    public List<BsonDocument> Read(string collection) => Collection(collection).Find(new BsonDocument()).ToList();

    public void Dispose() => _database.Client.DropDatabase(_database.DatabaseNamespace.DatabaseName);
}
