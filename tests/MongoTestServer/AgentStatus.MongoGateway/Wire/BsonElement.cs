using System.Text;

namespace AgentStatus.MongoGateway.Wire;

/// <summary>One element of a document: a view of the message's bytes, valid as long as those are.</summary>
internal readonly struct BsonElement(BsonType type, ReadOnlyMemory<byte> raw, int nameLength)
{
    public BsonType Type => type;

    /// <summary>Type byte, name, zero byte and value: what a writer copies.</summary>
    public ReadOnlyMemory<byte> Raw => raw;

    public ReadOnlySpan<byte> Utf8Name => raw.Span.Slice(1, nameLength);

    public string Name => Encoding.UTF8.GetString(Utf8Name);

    public ReadOnlyMemory<byte> Value => raw[(nameLength + 2)..];

    public bool Is(ReadOnlySpan<byte> utf8Name) => Utf8Name.SequenceEqual(utf8Name);

    /// <summary>The text of a string, else null.</summary>
    public string? AsString() => type == BsonType.String ? Encoding.UTF8.GetString(Value.Span[4..^1]) : null;

    /// <summary>Any number, cut to a whole one; a boolean is 0 or 1; else null.</summary>
    public long? AsInt64() => type switch
    {
        BsonType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Value.Span),
        BsonType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Value.Span),
        BsonType.Double => (long)BinaryPrimitives.ReadDoubleLittleEndian(Value.Span),
        BsonType.Boolean => Value.Span[0],
        _ => null,
    };

    /// <summary>The payload of a binary value, else null.</summary>
    public byte[]? AsBinary() => type == BsonType.Binary ? Value[5..].ToArray() : null;

    /// <summary>A document or an array as the elements in it; anything else is an empty document.</summary>
    public BsonDocument AsDocument() =>
        type is BsonType.Document or BsonType.Array ? new BsonDocument(Value) : BsonDocument.Empty;
}
