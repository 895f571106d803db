namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// A pool of clients for one database. Writes are confirmed by a majority's journals, finds read what a majority has,
/// and both go to the primary, whatever the connection string says; TLS, user, replica set and the rest are the
/// string's. Opening it contacts nobody. For any number of threads.
/// </summary>
internal sealed class MongoConnection : IDisposable
{
    private const int PrimaryOnly = 1;

    private readonly PoolHandle _pool;

    private MongoConnection(PoolHandle pool, string database, string description)
    {
        _pool = pool;
        Database = database;
        Description = description;
    }

    public string Database { get; }

    /// <summary>The servers and the database, without credentials: for logs and messages.</summary>
    public string Description { get; }

    /// <exception cref="MongoException">The library is missing, or the connection string is malformed.</exception>
    public static unsafe MongoConnection Open(string connectionString, string database, MongoOptions options)
    {
        MongoLibrary.Require();
        using var uri = MongoConnectionString.Parse(connectionString);
        Apply(options, uri);
        NativeError error = default;
        var pool = LibMongoc.PoolNew(uri, &error);
        if (pool.IsInvalid)
            throw new MongoException((MongoErrorDomain)error.Domain, (int)error.Code,
                $"{MongoConnectionString.Malformed}{error.MessageText}");
        MongoLibrary.UseServerCodes(pool);
        return new(pool, database, $"{MongoConnectionString.Hosts(connectionString)} (database {database})");
    }

    /// <summary>
    /// Takes a client for the calling thread; disposing it gives it back. Waits up to ServerSelectionTimeout while all
    /// are in use.
    /// </summary>
    /// <exception cref="MongoException">All stayed in use (domain Pool).</exception>
    public MongoClient Rent()
    {
        var client = ClientHandle.Pop(_pool);
        return client.IsInvalid
            ? throw new MongoException(MongoErrorDomain.Pool, 0, $"All clients of {Description} are in use.")
            : new(client, this);
    }

    /// <summary>The connections close when the last client is back.</summary>
    public void Dispose() => _pool.Dispose();

    internal MongoException Failure(in NativeError error) => new(
        (MongoErrorDomain)error.Domain, (int)error.Code, $"MongoDB at {Description}: {error.MessageText}");

    private static void Apply(MongoOptions options, UriHandle uri)
    {
        Set("serverselectiontimeoutms", Milliseconds(options.ServerSelectionTimeout));
        Set("connecttimeoutms", Milliseconds(options.ConnectTimeout));
        Set("sockettimeoutms", Milliseconds(options.SocketTimeout));
        Set("waitqueuetimeoutms", Milliseconds(options.ServerSelectionTimeout));
        Set("maxpoolsize", options.MaxClients);
        Require(LibMongoc.UriSetOption(uri, "serverselectiontryonce", false), "serverselectiontryonce");
        Require(LibMongoc.UriSetOption(uri, "retrywrites", options.Retry), "retrywrites");
        Require(LibMongoc.UriSetOption(uri, "retryreads", options.Retry), "retryreads");
        Require(LibMongoc.UriSetAppName(uri, "AgentStatus"), "appname");

        var preference = LibMongoc.ReadPreferenceNew(PrimaryOnly);
        LibMongoc.UriSetReadPreference(uri, preference);
        LibMongoc.ReadPreferenceDestroy(preference);

        var reads = LibMongoc.ReadConcernNew();
        LibMongoc.ReadConcernSetLevel(reads, "majority");
        LibMongoc.UriSetReadConcern(uri, reads);
        LibMongoc.ReadConcernDestroy(reads);

        var writes = LibMongoc.WriteConcernNew();
        LibMongoc.WriteConcernSetMajority(writes, Milliseconds(options.WriteConcernTimeout));
        LibMongoc.WriteConcernSetJournal(writes, true);
        LibMongoc.UriSetWriteConcern(uri, writes);
        LibMongoc.WriteConcernDestroy(writes);

        void Set(string option, int value) => Require(LibMongoc.UriSetOption(uri, option, value), option);

        static void Require(bool done, string option)
        {
            if (!done)
                throw new InvalidOperationException($"libmongoc does not take the option {option}.");
        }
    }

    private static int Milliseconds(TimeSpan time) => checked((int)Math.Max(1, time.TotalMilliseconds));
}
