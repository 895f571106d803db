using System.Buffers;

namespace AgentStatus.Server.Configuration;

/// <summary>Where the store is. Named as in the configuration.</summary>
internal enum StoreKind
{
    Sqlite,
    MongoDb,
}

/// <summary>The store: SQLite in a directory, or MongoDB with a spool in that directory.</summary>
internal sealed class StorageOptions
{
    private static readonly SearchValues<char> NotInDatabaseNames = SearchValues.Create("/\\. \"$*<>:|?\0");

    private const string DefaultPath = "data";
    private const string DefaultDatabase = "agentstatus";

    /// <summary>Whether the store is MongoDB; else it is the embedded SQLite.</summary>
    public bool IsMongoDb { get; private init; }

    /// <summary>The directory of the embedded store, or of MongoDB's spool; relative to where the server is started.
    /// One server at a time.</summary>
    public required string Path { get; init; }

    /// <summary>MongoDB's: may hold credentials, and is never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>MongoDB's.</summary>
    public required string Database { get; init; }

    /// <summary>A write that MongoDB does not confirm within this goes to the spool: 100 ms to 1 minute.</summary>
    public TimeSpan WriteTimeout { get; private init; }

    /// <summary>How often is asked what other servers stored: 10 ms to 1 minute.</summary>
    public TimeSpan PollInterval { get; private init; }

    /// <summary>Bytes that the spool may take: 1 MiB to 1 TiB.</summary>
    public long SpoolLimitBytes { get; private init; }

    /// <summary>Whether to start while MongoDB does not answer, and to take events into the spool meanwhile.</summary>
    public bool StartDegraded { get; private init; }

    /// <summary>Reads everything; adds what is wrong.</summary>
    public static StorageOptions Read(ConfigurationReader configuration)
    {
        var options = new StorageOptions
        {
            IsMongoDb = configuration.Word("Storage:Kind", StoreKind.Sqlite) == StoreKind.MongoDb,
            Path = configuration.Text("Storage:Path", "a directory", DefaultPath) ?? DefaultPath,
            ConnectionString = configuration.Text("Storage:ConnectionString", "mongodb://...") ?? "",
            Database = configuration.Text("Storage:Database", "a name", DefaultDatabase) ?? DefaultDatabase,
            WriteTimeout = configuration.Span(
                "Storage:WriteTimeout",
                TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            PollInterval = configuration.Span(
                "Storage:PollInterval",
                TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            SpoolLimitBytes = configuration.Number("Storage:SpoolLimit", StorageLimits.SpoolBytes, 1L << 20, 1L << 40),
            StartDegraded = configuration.Flag("Storage:StartDegraded", otherwise: false),
        };
        if (options.Path.Length == 0) configuration.Fault("Storage:Path is empty; it names a directory.");
        if (options.IsMongoDb && options.ConnectionString.Length == 0)
            configuration.Fault(
                "Storage:ConnectionString is missing; it looks like mongodb://host1,host2/?replicaSet=rs0.");
        if (options.Database.Length == 0 || options.Database.AsSpan().ContainsAny(NotInDatabaseNames))
            configuration.Fault(
                $"Storage:Database is \"{options.Database}\"; "
                + "it must be a name without / \\ . \" $ * < > : | ? and blanks.");
        return options;
    }
}
