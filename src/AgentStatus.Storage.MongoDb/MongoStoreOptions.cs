namespace AgentStatus.Storage.MongoDb;

/// <summary>Where the database is, and how long to wait for it.</summary>
public sealed record MongoStoreOptions
{
    /// <summary>mongodb:// or mongodb+srv://, with user, TLS and replica set as MongoDB has them. May hold a
    /// password.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The database's name; its collections and indexes are made where they are missing.</summary>
    public required string Database { get; init; }

    /// <summary>The companies that are read, followed and projected; others are not looked at.</summary>
    public CompanyPartition Companies { get; init; } = CompanyPartition.Whole;

    /// <summary>How long a write may take until a majority has confirmed it: nothing that the writer asks for takes
    /// longer.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the start waits for a server that answers.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long each answer to a read of old events or of a start may take.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Nothing that a log may not have.</summary>
    public override string ToString() => $"{nameof(MongoStoreOptions)} of database {Database}";
}
