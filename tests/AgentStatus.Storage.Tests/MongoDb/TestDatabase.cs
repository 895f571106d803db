using AgentStatus.Storage.MongoDb;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.Tests.MongoDb.Driver;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>A test's own database, dropped at its end.</summary>
internal sealed class TestDatabase : IDisposable
{
    private readonly MongoConnection _connection;

    private TestDatabase(MongoConnection connection) => _connection = connection;

    public MongoStoreOptions Options => new()
    {
        ConnectionString = TestMongo.ConnectionString,
        Database = _connection.Database,
        // Time enough for a busy machine.
        WriteTimeout = TimeSpan.FromSeconds(20),
        StartTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Skips the test where there is no MongoDB.</summary>
    public static TestDatabase Require() => new(TestMongo.Connect());

    public T Use<T>(Func<MongoClient, T> use)
    {
        using var client = _connection.Rent();
        return use(client);
    }

    public void Dispose()
    {
        Use(client => client.Run(new BsonWriter().Begin().Int32("dropDatabase"u8, 1).Finish()));
        _connection.Dispose();
    }
}
