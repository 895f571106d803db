using System.Buffers.Binary;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>How many bytes a value takes: what lets a reader step over types that it does not read.</summary>
internal static class BsonSizes
{
    /// <summary>The value's size (it may exceed the bytes given), or -1 if the type has no such value.</summary>
    public static int Of(BsonType type, ReadOnlySpan<byte> bytes) => type switch
    {
        BsonType.Null or BsonType.Undefined or BsonType.MinKey or BsonType.MaxKey => 0,
        BsonType.Bool => bytes is [0 or 1, ..] ? 1 : -1,
        BsonType.Int32 => 4,
        BsonType.Double or BsonType.Date or BsonType.Int64 or BsonType.Timestamp => 8,
        BsonType.ObjectId => 12,
        BsonType.Decimal128 => 16,
        BsonType.String or BsonType.Code or BsonType.Symbol => OfString(bytes),
        BsonType.Document or BsonType.Array => Prefixed(bytes, atLeast: 5, extra: 0),
        BsonType.CodeWithScope => Prefixed(bytes, atLeast: 14, extra: 0),
        BsonType.Binary => Prefixed(bytes, atLeast: 0, extra: 5),
        BsonType.Pointer => OfString(bytes) is >= 0 and var size and <= int.MaxValue - 12 ? size + 12 : -1,
        BsonType.Regex => OfRegex(bytes),
        _ => -1,
    };

    // A length that counts the closing zero, the text, the zero.
    private static int OfString(ReadOnlySpan<byte> bytes)
    {
        var size = Prefixed(bytes, atLeast: 1, extra: 4);
        return size >= 0 && size <= bytes.Length && bytes[size - 1] == 0 ? size : -1;
    }

    private static int Prefixed(ReadOnlySpan<byte> bytes, int atLeast, int extra)
    {
        if (bytes.Length < 4)
            return -1;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length >= atLeast && length <= int.MaxValue - extra ? length + extra : -1;
    }

    private static int OfRegex(ReadOnlySpan<byte> bytes)
    {
        var pattern = bytes.IndexOf((byte)0);
        var options = pattern < 0 ? -1 : bytes[(pattern + 1)..].IndexOf((byte)0);
        return options < 0 ? -1 : pattern + 1 + options + 1;
    }
}
