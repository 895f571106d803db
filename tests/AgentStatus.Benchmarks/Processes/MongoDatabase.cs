using AgentStatus.Storage;
using AgentStatus.Storage.MongoDb;
using MongoDB.Driver;

namespace AgentStatus.Benchmarks.Processes;

/// <summary>A database of this run's own in a MongoDB that is up already; dropped at the end.</summary>
internal sealed class MongoDatabase : IDisposable
{
    /// <summary>A busy machine's hiccup is no reason for the spool.</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(20);

    private static readonly string[] Variables = ["AGENTSTATUS_BENCH_MONGODB", "AGENTSTATUS_TEST_MONGODB"];

    private readonly MongoClient _client;

    private MongoDatabase(string connectionString, string name)
    {
        (ConnectionString, Name) = (connectionString, name);
        var options = new MongoStoreOptions
        {
            ConnectionString = connectionString,
            Database = name,
            WriteTimeout = WriteTimeout,
        };
        _client = new(ClientSettings.Read(options, name));
        Database = new(_client.GetDatabase(name), name);
    }

    public string ConnectionString { get; }

    public string Name { get; }

    /// <summary>What a server is told of it.</summary>
    public string[] Settings =>
    [
        "--Storage:Kind", "MongoDb", "--Storage:ConnectionString", ConnectionString, "--Storage:Database", Name,
        "--Storage:WriteTimeout", $"{WriteTimeout:c}",
    ];

    /// <summary>With the server's own concerns: a majority's journals confirm a write.</summary>
    public StatusDatabase Database { get; }

    /// <summary>Makes the database.</summary>
    /// <param name="name">A part of its name.</param>
    /// <param name="isPrepared">Whether it has our server's collections and indexes; another build makes its
    /// own.</param>
    /// <exception cref="MissingPeerException">None is named, or it does not answer.</exception>
    public static MongoDatabase Create(string name, bool isPrepared = true)
    {
        var connectionString =
            Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(uri => !string.IsNullOrEmpty(uri))
            ?? throw new MissingPeerException(
                "MongoDB", $"tests/MongoTestServer/server up; set {Variables[0]} to its last line");
        var unique = $"agentstatus_bench_{name}_{Guid.NewGuid():N}";
        if (!isPrepared) return new(connectionString, unique);
        try
        {
            MongoStatusStore.Open(new() { ConnectionString = connectionString, Database = unique }).Dispose();
        }
        catch (StoreException failure)
        {
            throw new MissingPeerException("MongoDB", $"tests/MongoTestServer/server up ({failure.Message})");
        }

        return new(connectionString, unique);
    }

    public void Dispose()
    {
        _client.DropDatabase(Name);
        _client.Dispose();
    }
}
