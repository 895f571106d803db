namespace AgentStatus.MongoGateway.Wire;

/// <summary>A document as it came: a view of the message's bytes, walked and never copied. Arrays are documents too.
/// Malformed bytes end a walk with <see cref="WireException"/>.</summary>
internal readonly struct BsonDocument(ReadOnlyMemory<byte> bytes)
{
    public static readonly BsonDocument Empty = new(new byte[] { 5, 0, 0, 0, 0 });

    public ReadOnlyMemory<byte> Bytes => bytes;

    public IEnumerable<BsonElement> Elements()
    {
        var at = 4;
        while (bytes.Span[at] != 0)
        {
            var element = ElementAt(at);
            at += element.Raw.Length;
            yield return element;
        }
    }

    /// <summary>The element of that name; one of type 0 when there is none.</summary>
    public BsonElement Find(ReadOnlySpan<byte> utf8Name)
    {
        for (var at = 4; bytes.Span[at] != 0;)
        {
            var element = ElementAt(at);
            if (element.Is(utf8Name)) return element;
            at += element.Raw.Length;
        }
        return default;
    }

    private BsonElement ElementAt(int at)
    {
        var rest = bytes.Span[at..];
        var nameLength = rest[1..].IndexOf((byte)0);
        if (nameLength < 0) throw new WireException("A document's element has no end of its name.");
        var type = (BsonType)rest[0];
        var length = 2 + nameLength + ValueLength(type, rest[(2 + nameLength)..]);
        if (length >= rest.Length)
            throw new WireException("A document's element is longer than its document.");
        return new BsonElement(type, bytes.Slice(at, length), nameLength);
    }

    private static int ValueLength(BsonType type, ReadOnlySpan<byte> value) => type switch
    {
        BsonType.Undefined or BsonType.Null or BsonType.MinKey or BsonType.MaxKey => 0,
        BsonType.Boolean => 1,
        BsonType.Int32 => 4,
        BsonType.Double or BsonType.DateTime or BsonType.Timestamp or BsonType.Int64 => 8,
        BsonType.ObjectId => 12,
        BsonType.Decimal128 => 16,
        BsonType.String or BsonType.JavaScript or BsonType.Symbol => 4 + Length(value),
        BsonType.Binary => 5 + Length(value),
        BsonType.DbPointer => 4 + Length(value) + 12,
        BsonType.Document or BsonType.Array or BsonType.JavaScriptWithScope => Length(value),
        BsonType.Regex => RegexLength(value),
        _ => throw new WireException($"A document has an element of the unknown type {(byte)type}."),
    };

    private static int Length(ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(value);
        return length >= 0 ? length : throw new WireException("A document has a value of negative length.");
    }

    private static int RegexLength(ReadOnlySpan<byte> value)
    {
        var pattern = value.IndexOf((byte)0) + 1;
        return pattern + value[pattern..].IndexOf((byte)0) + 1;
    }
}
