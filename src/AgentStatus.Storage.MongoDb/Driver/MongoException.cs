namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>Whatever goes wrong with MongoDB, its driver or a document. The message holds no credentials.</summary>
internal sealed class MongoException(MongoErrorDomain domain, int code, string message, Exception? inner = null)
    : Exception(message, inner)
{
    private const int ClientAuthenticate = 11;

    public MongoErrorDomain Domain => domain;

    /// <summary>MongoDB's error code if the domain is Server, else libmongoc's or 0.</summary>
    public int Code => code;

    public bool IsDuplicateKey => IsServer && code is 11000 or 11001 or 12582;

    /// <summary>User, password or rights are not what the server wants; asking again will not help.</summary>
    public bool IsAuthentication =>
        (domain == MongoErrorDomain.Client && code == ClientAuthenticate)
        || domain is MongoErrorDomain.Sasl or MongoErrorDomain.Scram
        || (IsServer && code is 13 or 18);

    /// <summary>The server gave up by its own limit (maxTimeMS).</summary>
    public bool IsTimeLimit => IsServer && code is 50 or 262;

    /// <summary>
    /// The primary has the writes, but a majority did not confirm them within wtimeout: they may yet be rolled back. So
    /// neither success nor failure.
    /// </summary>
    public bool IsUnconfirmed => domain == MongoErrorDomain.WriteConcern;

    /// <summary>
    /// No server, no connection, no answer in time, or no primary at the moment: whether a write arrived is not known;
    /// trying again later can help. All clients of the pool in use counts as well.
    /// </summary>
    public bool IsUnreachable =>
        domain is MongoErrorDomain.Stream or MongoErrorDomain.ServerSelection or MongoErrorDomain.Pool
        || IsTimeLimit
        || (IsServer && code is
            6 or 7 or 89 or 9001 // host unreachable, not found, network time-out, socket
            or 91 or 11600 // shutting down
            or 189 or 10107 or 10058 or 11602 or 13435 or 13436); // stepped down, not primary, recovering

    private bool IsServer => domain == MongoErrorDomain.Server;
}
