namespace AgentStatus.MongoGateway.Commands;

/// <summary>What drivers ask a server about itself. The gateway says that it is the primary of a replica set with one
/// member, so that drivers do with it what they do in production: sessions, retried writes, majority
/// concerns.</summary>
internal sealed class LocalCommands(DocumentDb engine, Elections elections)
{
    public const string SetName = "agentstatus";

    private const string Version = "6.0.0";
    private const int WireVersion = 17;

    /// <summary>Asks the database for its time: while it is down, no driver finds a server here.</summary>
    public async Task<byte[]> HelloAsync(Request request, Client client, CancellationToken cancel)
    {
        await elections.WhileUnchangedAsync(request.Body, cancel);
        var now = await engine.NowAsync(cancel);
        var legacyName = !request.Command.Equals("hello", StringComparison.Ordinal);
        return elections.WriteTo(new BsonWriter())
            .Bool(legacyName ? "ismaster" : "isWritablePrimary", true)
            .Bool("helloOk", true)
            .Bool("secondary", false)
            .String("setName", SetName)
            .Int32("setVersion", 1)
            .Strings("hosts", client.Server)
            .String("primary", client.Server)
            .String("me", client.Server)
            .Int32("maxBsonObjectSize", 16 * 1024 * 1024)
            .Int32("maxMessageSizeBytes", 48_000_000)
            .Int32("maxWriteBatchSize", 100_000)
            .DateTime("localTime", now)
            .Int32("logicalSessionTimeoutMinutes", 30)
            .Int32("connectionId", client.Id)
            .Int32("minWireVersion", 0)
            .Int32("maxWireVersion", WireVersion)
            .Bool("readOnly", false)
            .Ok().ToBytes();
    }

    public async Task<byte[]> PingAsync(Request request, Client client, CancellationToken cancel)
    {
        await engine.NowAsync(cancel);
        return Ok;
    }

    public async Task<byte[]> ServerStatusAsync(Request request, Client client, CancellationToken cancel) =>
        new BsonWriter()
            .String("host", client.Server)
            .String("version", Version)
            .String("process", "mongo-gateway")
            .Int64("pid", Environment.ProcessId)
            .DateTime("localTime", await engine.NowAsync(cancel))
            .Ok().ToBytes();

    public static byte[] BuildInfo => new BsonWriter()
        .String("version", Version)
        .String("gitVersion", "DocumentDB on PostgreSQL")
        .Int32("bits", 64)
        .Int32("maxBsonObjectSize", 16 * 1024 * 1024)
        .Ok().ToBytes();

    public static byte[] WhatsMyUri(Client client) => new BsonWriter().String("you", client.Peer).Ok().ToBytes();

    public static byte[] Parameters => new BsonWriter()
        .Document("featureCompatibilityVersion", new BsonWriter().String("version", "6.0"))
        .Ok().ToBytes();

    public static byte[] Ok => new BsonWriter().Ok().ToBytes();
}
