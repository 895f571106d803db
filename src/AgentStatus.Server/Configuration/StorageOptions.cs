using AgentStatus.Core;

namespace AgentStatus.Server.Configuration;

/// <summary>The store: SQLite in a directory, or MongoDB with a spool in that directory.</summary>
internal sealed class StorageOptions
{
    /// <summary>The keys, below Storage.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        "Storage:Kind", "Storage:Path", "Storage:ConnectionString", "Storage:Database", "Storage:WriteTimeout",
        "Storage:PollInterval", "Storage:SpoolLimit", "Storage:StartDegraded",
    ];

    private static readonly string[] Kinds = ["Sqlite", "MongoDb"];

    /// <summary>Whether the store is MongoDB; else it is the embedded SQLite.</summary>
    public bool IsMongoDb { get; private set; }

    /// <summary>
    /// The directory of the embedded store, or of MongoDB's spool; relative to where the server is started. One server
    /// at a time.
    /// </summary>
    public string Path { get; private set; } = "data";

    /// <summary>MongoDB's: may hold credentials, and is never logged.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>MongoDB's.</summary>
    public string Database { get; private set; } = "agentstatus";

    /// <summary>A write that MongoDB does not confirm within this goes to the spool: 100 ms to 1 minute.</summary>
    public TimeSpan WriteTimeout { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often is asked what other servers stored: 10 ms to 1 minute.</summary>
    public TimeSpan PollInterval { get; private set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes that the spool may take: 1 MiB to 1 TiB.</summary>
    public long SpoolLimitBytes { get; private set; } = Limits.SpoolBytes;

    /// <summary>Whether to start while MongoDB does not answer, and to take events into the spool meanwhile.</summary>
    public bool StartDegraded { get; private set; }

    /// <summary>Reads everything; adds what is wrong.</summary>
    public static StorageOptions Read(ConfigurationReader configuration)
    {
        var options = new StorageOptions();
        var kind = configuration.Text("Storage:Kind", Kinds[0]);
        options.IsMongoDb = kind.Equals(Kinds[1], StringComparison.OrdinalIgnoreCase);
        if (!Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase))
            configuration.Fault($"Storage:Kind is \"{kind}\"; known: {string.Join(", ", Kinds)}.");
        options.Path = configuration.Text("Storage:Path", options.Path);
        if (options.Path.Length == 0) configuration.Fault("Storage:Path is empty; it names a directory.");
        options.ConnectionString = configuration.Text("Storage:ConnectionString", "");
        if (options.IsMongoDb && options.ConnectionString.Length == 0)
            configuration.Fault("Storage:ConnectionString is missing; it looks like mongodb://host1,host2/?replicaSet=rs0.");
        options.Database = configuration.Text("Storage:Database", options.Database);
        if (options.Database.Length == 0 || options.Database.AsSpan().ContainsAny("/\\. \"$*<>:|?\0"))
            configuration.Fault($"Storage:Database is \"{options.Database}\"; it must be a name without / \\ . \" $ * < > : | ? and blanks.");
        options.WriteTimeout = configuration.Span(
            "Storage:WriteTimeout", options.WriteTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        options.PollInterval = configuration.Span(
            "Storage:PollInterval", options.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        options.SpoolLimitBytes = configuration.Number("Storage:SpoolLimit", options.SpoolLimitBytes, 1L << 20, 1L << 40);
        options.StartDegraded = configuration.Flag("Storage:StartDegraded");
        return options;
    }
}
