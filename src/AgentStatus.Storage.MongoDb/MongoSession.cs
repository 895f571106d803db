using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// This server's connections to the database, and what its documents bear: its id, new at each start, and their
/// numbers.
/// </summary>
internal sealed class MongoSession : IDisposable
{
    /// <summary>The writer's, the probe's, the feed's, and one to spare.</summary>
    private const int WriteClients = 4;

    /// <summary>
    /// How long the server waits for a majority, as a part of the write time-out: its word comes before we stop
    /// listening.
    /// </summary>
    private const double MajorityShare = 0.9;

    /// <summary>Making an index of a large collection takes its time, once.</summary>
    private static readonly TimeSpan IndexTimeout = TimeSpan.FromMinutes(30);

    private MongoSession(MongoStoreOptions options, FollowingLimits limits, TimeProvider clock)
    {
        Options = options;
        Registry = new(ServerId, Numbers, limits, options.WriteTimeout * MajorityShare, clock);
        Writes = Connect(options, options.WriteTimeout, options.WriteTimeout, WriteClients);
        try
        {
            Reads = Connect(options, options.StartTimeout, options.ReadTimeout, clients: 16);
        }
        catch
        {
            Writes.Dispose();
            throw;
        }
    }

    public MongoStoreOptions Options { get; }

    /// <summary>For what may take no longer than a write; times out early.</summary>
    public MongoConnection Writes { get; }

    /// <summary>For what may take its time.</summary>
    public MongoConnection Reads { get; }

    public string ServerId { get; } = Guid.NewGuid().ToString("N");

    public SequenceNumbers Numbers { get; } = new();

    /// <summary>Where the others learn of this server.</summary>
    public ServerRegistry Registry { get; }

    /// <summary>Connects, asks whether the server will do, and makes the indexes.</summary>
    /// <exception cref="MongoException">The library is missing, or the server cannot be used.</exception>
    public static MongoSession Open(MongoStoreOptions options, FollowingLimits limits, TimeProvider clock)
    {
        using (var start = Connect(options, options.StartTimeout, IndexTimeout, clients: 1))
        {
            using var client = start.Rent();
            ServerCheck.Require(client, start.Description);
            Indexes.Make(client);
        }

        return new(options, limits, clock);
    }

    /// <summary>
    /// Waits no longer than for a write: to close a connection is to say good-bye to a server, which may not answer for
    /// as long as a read may take.
    /// </summary>
    public void Dispose()
    {
        var closing = new Thread(() =>
        {
            Writes.Dispose();
            Reads.Dispose();
        })
        { Name = "mongodb-close", IsBackground = true };
        closing.Start();
        closing.Join(Options.WriteTimeout);
    }

    private static MongoConnection Connect(
        MongoStoreOptions options, TimeSpan connectTimeout, TimeSpan answerTimeout, int clients) =>
        MongoConnection.Open(options.ConnectionString, options.Database, new()
        {
            ServerSelectionTimeout = connectTimeout,
            ConnectTimeout = connectTimeout,
            SocketTimeout = answerTimeout,
            WriteConcernTimeout = options.WriteTimeout * MajorityShare,
            MaxClients = clients,
        });
}
