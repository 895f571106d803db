namespace AgentStatus.MongoGateway.Wire;

/// <summary>One command of a client. Memory belongs to the request and lives as long as it does.</summary>
/// <param name="Id">The client's number for it; the answer names it.</param>
/// <param name="Body">The command: its first element's name is the command's name.</param>
/// <param name="Documents">The one document sequence that a bulk write brings (insert's documents, update's updates,
/// delete's deletes), one BSON document after the other; null when the body has them, or there are none.</param>
/// <param name="Legacy">It came as OP_QUERY, as a driver's first hello does, and is answered by OP_REPLY.</param>
/// <param name="Unacknowledged">The client waits for no answer (write concern 0).</param>
internal sealed record Request(
    int Id, BsonDocument Body, ReadOnlyMemory<byte>? Documents, bool Legacy, bool Unacknowledged)
{
    /// <summary>The command's name as the client wrote it.</summary>
    public string Command { get; } = Body.Elements().FirstOrDefault() is { Type: not 0 } first
        ? first.Name
        : throw new WireException("A command is an empty document.");

    public string Database => Body.Find("$db"u8).AsString() ?? "admin";

    /// <summary>The value of the first element: the collection for most commands.</summary>
    public BsonElement Argument => Body.Elements().First();
}
