namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// What the connection string may not decide: how long a call may take, and what counts as written and read. A call
/// takes at most ServerSelection + Connect + Socket, and once more if the driver may retry. All are whole milliseconds,
/// at least 1.
/// </summary>
internal sealed record MongoOptions
{
    /// <summary>How long to look for a server that answers.</summary>
    public required TimeSpan ServerSelectionTimeout { get; init; }

    /// <summary>How long opening a connection may take, the check of a server's health included.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>How long to wait for each answer on a connection.</summary>
    public required TimeSpan SocketTimeout { get; init; }

    /// <summary>How long the server waits for a majority to have the write in their journals.</summary>
    public required TimeSpan WriteConcernTimeout { get; init; }

    /// <summary>
    /// Whether the driver sends a write or find once more after a network error or a change of primary. It marks
    /// writes so that a server does not do them twice.
    /// </summary>
    public bool Retry { get; init; } = true;

    /// <summary>How many threads may use the connection at once: each holds a client, a client a socket.</summary>
    public int MaxClients { get; init; } = 16;
}
