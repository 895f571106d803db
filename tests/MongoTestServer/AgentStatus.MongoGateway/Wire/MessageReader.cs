using System.Text;

namespace AgentStatus.MongoGateway.Wire;

/// <summary>Reads requests from a client's stream: OP_MSG, and OP_QUERY for a driver's first hello.
/// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ describes both.</summary>
internal sealed class MessageReader(Stream stream)
{
    public const int HeaderLength = 16;
    public const int OpReply = 1;
    public const int OpQuery = 2004;
    public const int OpMsg = 2013;

    private const int MaxMessageLength = 48_000_000;
    private const uint ChecksumPresent = 1;
    private const uint MoreToCome = 2;

    private readonly byte[] _header = new byte[HeaderLength];

    /// <summary>The next request, or null at the end of the stream.</summary>
    public async ValueTask<Request?> ReadAsync(CancellationToken cancel)
    {
        if (await stream.ReadAtLeastAsync(_header, HeaderLength, throwOnEndOfStream: false, cancel) < HeaderLength)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_header);
        if (length is <= HeaderLength or > MaxMessageLength)
            throw new WireException($"A message of {length} bytes.");
        var message = new byte[length - HeaderLength];
        await stream.ReadExactlyAsync(message, cancel);
        return Parse(
            BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(4)),
            BinaryPrimitives.ReadInt32LittleEndian(_header.AsSpan(12)),
            message);
    }

    /// <summary>The request in a message without its header.</summary>
    public static Request Parse(int id, int opCode, ReadOnlyMemory<byte> message) => opCode switch
    {
        OpMsg => ParseMsg(id, message),
        OpQuery => ParseQuery(id, message),
        _ => throw new WireException($"A message with operation code {opCode}."),
    };

    private static Request ParseMsg(int id, ReadOnlyMemory<byte> message)
    {
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(message.Span);
        var rest = message[4..];
        if ((flags & ChecksumPresent) != 0) rest = rest[..^4];
        ReadOnlyMemory<byte>? body = null, documents = null;
        while (rest.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span[1..]);
            var section = rest.Slice(1, length);
            if (rest.Span[0] == 0) body = section;
            else if (rest.Span[0] == 1 && documents is null)
                documents = section[(5 + section.Span[4..].IndexOf((byte)0))..];
            else
                throw new WireException($"A section of kind {rest.Span[0]}, or a second sequence.");
            rest = rest[(1 + length)..];
        }
        return new Request(
            id, new BsonDocument(body ?? throw new WireException("A message without a body.")), documents,
            Legacy: false, Unacknowledged: (flags & MoreToCome) != 0);
    }

    private static Request ParseQuery(int id, ReadOnlyMemory<byte> message)
    {
        // Flags, "admin.$cmd", numbers to skip and to return; then the command, which some drivers wrap in $query.
        var name = message.Span[4..].IndexOf((byte)0);
        var collection = Encoding.UTF8.GetString(message.Span.Slice(4, name));
        if (!collection.EndsWith(".$cmd", StringComparison.Ordinal))
            throw new WireException("A query of the old protocol.");
        var body = message[(4 + name + 1 + 8)..];
        body = body[..BinaryPrimitives.ReadInt32LittleEndian(body.Span)];
        var wrapped = new BsonDocument(body).Find("$query"u8);
        return new Request(
            id, wrapped.Type == BsonType.Document ? wrapped.AsDocument() : new BsonDocument(body), null,
            Legacy: true, Unacknowledged: false);
    }
}
