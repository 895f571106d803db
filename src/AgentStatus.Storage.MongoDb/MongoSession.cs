using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>This server's client of the database, and what its documents bear: its id, new at each start, and their
/// numbers.</summary>
internal sealed class MongoSession : IDisposable
{
    /// <summary>How long the server waits for a majority, as a part of the write time-out: its word comes before we
    /// stop listening.</summary>
    public const double MajorityShare = 0.9;

    /// <summary>However many want to read old events, there are connections left for the writer.</summary>
    public const int ReadsAtATime = 16;

    /// <summary>How long a stop waits for the driver to end its sessions: a database that does not answer would keep it
    /// for 30 s.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Making an index of a large collection takes its time, once.</summary>
    private static readonly TimeSpan IndexTimeout = TimeSpan.FromMinutes(30);

    private readonly MongoClient _client;

    private MongoSession(
        string serverId, MongoClient client, MongoStoreOptions options, ReplicationLimits limits, TimeProvider clock)
    {
        (_client, Limits, Clock) = (client, limits, clock);
        var hosts = ConnectionText.Hosts(options.ConnectionString);
        Database = new(client.GetDatabase(options.Database), $"{hosts} (database {options.Database})");
        Writes = new(Database, options.WriteTimeout);
        Steps = new(Database, options.WriteTimeout, isPerAnswer: true);
        Reads = new(Database, options.ReadTimeout, isPerAnswer: true, ReadsAtATime);
        Companies = options.Companies;
        Membership = new(Database, serverId, Companies, new(), limits, clock);
    }

    public StatusDatabase Database { get; }

    /// <summary>Those that this server has.</summary>
    public CompanyPartition Companies { get; }

    /// <summary>Writes, and readings that may take no longer than a write.</summary>
    public TimedOperations Writes { get; }

    /// <summary>Readings of many steps, none of which may take longer than a write.</summary>
    public TimedOperations Steps { get; }

    /// <summary>What may take its time.</summary>
    public TimedOperations Reads { get; }

    /// <summary>Where the others learn of this server.</summary>
    public Membership Membership { get; }

    public ReplicationLimits Limits { get; }

    public TimeProvider Clock { get; }

    /// <summary>Connects, asks whether the server and its data will do, and makes the indexes.</summary>
    /// <exception cref="StoreException">The server cannot be used.</exception>
    public static MongoSession Open(MongoStoreOptions options, ReplicationLimits limits, TimeProvider clock)
    {
        var serverId = Guid.NewGuid().ToString("N");
        var settings = ClientSettings.Read(options, serverId);
        var session = new MongoSession(serverId, new(settings), options, limits, clock);
        try
        {
            var start = new TimedOperations(session.Database, options.StartTimeout);
            start.Run(time => session.Database.HelloAsync(time.Token));
            new TimedOperations(session.Database, IndexTimeout).Run(
                time => DatabaseSchema.EnsureAsync(session.Database, time.Token));
            start.Run(time => session.Database.WarmUpAsync(time.Token));
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Closes the connections. To dispose the driver's client does not: clients with the same settings share
    /// them, and so they stay; no other client has these.</summary>
    public void Dispose()
    {
        var cluster = _client.Cluster;
        _client.Dispose();
        Task.Run(() => ClusterRegistry.Instance.UnregisterAndDisposeCluster(cluster)).Wait(CloseTimeout);
    }
}
