using System.Buffers.Binary;
using System.Text;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// Walks the elements of one BSON document in place. <see cref="Read"/> steps to the next element,
/// <see cref="MoveTo"/> to a named one; the getters then read its value. Nothing outside the document's bytes is ever
/// read: malformed input is a <see cref="MongoException"/> of the domain Bson, and so is a value of another type.
/// </summary>
internal ref struct BsonReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly ReadOnlySpan<byte> _document;
    private int _next;

    /// <param name="document">The document's bytes; they must live as long as the reader.</param>
    public BsonReader(ReadOnlySpan<byte> document)
    {
        if (document.Length < 5 || Length(document) != document.Length || document[^1] != 0)
            throw BsonFaults.Malformed("a document's length is wrong");
        _document = document;
        _next = 4;
    }

    /// <summary>None before the first Read and after the last.</summary>
    public BsonType Type { get; private set; }

    /// <summary>In UTF-8, without the zero; in an array the index in digits.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The element's value as it stands in the document: without type and name.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly bool IsNull => Type is BsonType.Null or BsonType.Undefined;

    /// <summary>Steps to the next element; false after the last.</summary>
    public bool Read()
    {
        Type = (BsonType)_document[_next];
        if (Type == BsonType.None)
        {
            if (_next != _document.Length - 1)
                throw BsonFaults.Malformed("a document ends before its length");
            Name = Value = default;
            return false;
        }
        // The last byte is the document's own end: no element may reach it.
        var rest = _document[(_next + 1)..^1];
        var nameLength = rest.IndexOf((byte)0);
        if (nameLength < 0)
            throw BsonFaults.Malformed("a name does not end");
        Name = rest[..nameLength];
        rest = rest[(nameLength + 1)..];
        var size = BsonSizes.Of(Type, rest);
        if (size < 0 || size > rest.Length)
            throw BsonFaults.Malformed($"the value of '{Encoding.UTF8.GetString(Name)}' has no valid end");
        Value = rest[..size];
        _next += 1 + nameLength + 1 + size;
        return true;
    }

    /// <summary>
    /// Steps to the named element: looks from here to the end, then from the start, so that reading in the document's
    /// order costs one pass. False, and no element, if there is none.
    /// </summary>
    public bool MoveTo(scoped ReadOnlySpan<byte> name)
    {
        var start = _next;
        while (Read())
        {
            if (Name.SequenceEqual(name))
                return true;
        }
        _next = 4;
        while (_next < start && Read())
        {
            if (Name.SequenceEqual(name))
                return true;
        }
        Type = BsonType.None;
        Name = Value = default;
        return false;
    }

    public readonly string GetString()
    {
        try
        {
            return StrictUtf8.GetString(GetUtf8());
        }
        catch (DecoderFallbackException)
        {
            throw BsonFaults.Malformed($"'{Encoding.UTF8.GetString(Name)}' is not UTF-8");
        }
    }

    /// <summary>The text's bytes, in the document.</summary>
    public readonly ReadOnlySpan<byte> GetUtf8()
    {
        Expect(BsonType.String);
        return Value[4..^1];
    }

    public readonly int GetInt32()
    {
        Expect(BsonType.Int32);
        return BinaryPrimitives.ReadInt32LittleEndian(Value);
    }

    /// <summary>An int64, an int32, or a double without a fraction: servers and shells choose among them.</summary>
    public readonly long GetInt64()
    {
        if (Type == BsonType.Int32)
            return BinaryPrimitives.ReadInt32LittleEndian(Value);
        if (Type == BsonType.Double)
            return BsonFaults.WholeNumber(BinaryPrimitives.ReadDoubleLittleEndian(Value), Name);
        Expect(BsonType.Int64);
        return BinaryPrimitives.ReadInt64LittleEndian(Value);
    }

    public readonly double GetDouble()
    {
        if (Type is BsonType.Int32 or BsonType.Int64)
            return GetInt64();
        Expect(BsonType.Double);
        return BinaryPrimitives.ReadDoubleLittleEndian(Value);
    }

    public readonly bool GetBool()
    {
        Expect(BsonType.Bool);
        return Value[0] != 0;
    }

    /// <summary>Unix milliseconds, UTC.</summary>
    public readonly long GetDate()
    {
        Expect(BsonType.Date);
        return BinaryPrimitives.ReadInt64LittleEndian(Value);
    }

    /// <summary>Twelve bytes.</summary>
    public readonly ReadOnlySpan<byte> GetObjectId()
    {
        Expect(BsonType.ObjectId);
        return Value;
    }

    /// <summary>The bytes of any subtype.</summary>
    public readonly ReadOnlySpan<byte> GetBinary()
    {
        Expect(BsonType.Binary);
        return Value[5..];
    }

    public readonly BsonReader GetDocument()
    {
        Expect(BsonType.Document);
        return new(Value);
    }

    /// <summary>A reader of the elements; their names are their indexes.</summary>
    public readonly BsonReader GetArray()
    {
        Expect(BsonType.Array);
        return new(Value);
    }

    private readonly void Expect(BsonType type)
    {
        if (Type != type)
            throw BsonFaults.OtherType(Name, Type, type);
    }

    private static int Length(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes);
}
