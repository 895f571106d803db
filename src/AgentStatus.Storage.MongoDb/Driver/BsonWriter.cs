using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// Writes one BSON document at a time into a buffer that it keeps and grows: <see cref="Begin"/>, the elements,
/// <see cref="Finish"/>. Names are UTF-8; in an array they are not looked at, the element's index is written.
/// For one thread.
/// </summary>
internal sealed class BsonWriter(int capacity = 1024)
{
    // A lone surrogate is refused: written as U+FFFD it would read back as another text.
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Stack<Container> _outer = new();
    private byte[] _buffer = new byte[capacity];
    private int _length;
    private Container _open;

    /// <summary>Forgets what was written and opens a document.</summary>
    public BsonWriter Begin()
    {
        _outer.Clear();
        _length = 0;
        Open(isArray: false);
        return this;
    }

    /// <summary>Closes the document. What is returned is the writer's buffer: valid until the next Begin.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        if (_outer.Count > 0)
            throw new InvalidOperationException($"{_outer.Count} documents or arrays are still open.");
        Close();
        return _buffer.AsSpan(0, _length);
    }

    public BsonWriter BeginDocument(ReadOnlySpan<byte> name = default) => BeginInner(BsonType.Document, name);

    public BsonWriter BeginArray(ReadOnlySpan<byte> name = default) => BeginInner(BsonType.Array, name);

    /// <summary>Closes the innermost document or array.</summary>
    public BsonWriter End()
    {
        if (_outer.Count == 0)
            throw new InvalidOperationException("No inner document or array is open.");
        Close();
        _open = _outer.Pop();
        return this;
    }

    /// <exception cref="EncoderFallbackException">The text is not valid UTF-16.</exception>
    public BsonWriter String(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        Element(BsonType.String, name);
        var room = Room(4 + StrictUtf8.GetByteCount(value) + 1);
        StrictUtf8.GetBytes(value, room[4..]);
        return EndOfString(room);
    }

    /// <summary>Writes text that is UTF-8 already (not checked).</summary>
    public BsonWriter Utf8(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Element(BsonType.String, name);
        var room = Room(4 + value.Length + 1);
        value.CopyTo(room[4..]);
        return EndOfString(room);
    }

    public BsonWriter Int32(ReadOnlySpan<byte> name, int value)
    {
        Element(BsonType.Int32, name);
        BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);
        return this;
    }

    public BsonWriter Int64(ReadOnlySpan<byte> name, long value) => Eight(BsonType.Int64, name, value);

    /// <param name="name">See the type.</param>
    /// <param name="milliseconds">Unix milliseconds, UTC; negative before 1970.</param>
    public BsonWriter Date(ReadOnlySpan<byte> name, long milliseconds) => Eight(BsonType.Date, name, milliseconds);

    public BsonWriter Double(ReadOnlySpan<byte> name, double value) =>
        Eight(BsonType.Double, name, BitConverter.DoubleToInt64Bits(value));

    public BsonWriter Bool(ReadOnlySpan<byte> name, bool value)
    {
        Element(BsonType.Bool, name);
        Room(1)[0] = value ? (byte)1 : (byte)0;
        return this;
    }

    public BsonWriter Null(ReadOnlySpan<byte> name = default)
    {
        Element(BsonType.Null, name);
        return this;
    }

    /// <param name="name">See the type.</param>
    /// <param name="value">Twelve bytes.</param>
    public BsonWriter ObjectId(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, 12);
        Element(BsonType.ObjectId, name);
        value.CopyTo(Room(12));
        return this;
    }

    /// <summary>Writes bytes of the generic subtype.</summary>
    public BsonWriter Binary(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Element(BsonType.Binary, name);
        var room = Room(4 + 1 + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
        room[4] = 0;
        value.CopyTo(room[5..]);
        return this;
    }

    /// <summary>Writes a document that another writer made.</summary>
    public BsonWriter Document(ReadOnlySpan<byte> name, ReadOnlySpan<byte> document)
    {
        Element(BsonType.Document, name);
        document.CopyTo(Room(document.Length));
        return this;
    }

    private BsonWriter Eight(BsonType type, ReadOnlySpan<byte> name, long value)
    {
        Element(type, name);
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        return this;
    }

    private BsonWriter BeginInner(BsonType type, ReadOnlySpan<byte> name)
    {
        Element(type, name);
        _outer.Push(_open);
        Open(isArray: type == BsonType.Array);
        return this;
    }

    private void Element(BsonType type, ReadOnlySpan<byte> name)
    {
        if (_open.IsArray)
        {
            Span<byte> digits = stackalloc byte[10];
            _open.Count++.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
            Key(type, digits[..length]);
        }
        else if (name.Contains((byte)0))
        {
            throw new ArgumentException("A name holds no zero byte.", nameof(name));
        }
        else
        {
            Key(type, name);
        }
    }

    private void Key(BsonType type, ReadOnlySpan<byte> name)
    {
        var room = Room(1 + name.Length + 1);
        room[0] = (byte)type;
        name.CopyTo(room[1..]);
        room[^1] = 0;
    }

    private BsonWriter EndOfString(Span<byte> room)
    {
        BinaryPrimitives.WriteInt32LittleEndian(room, room.Length - 4);
        room[^1] = 0;
        return this;
    }

    private void Open(bool isArray)
    {
        _open = new() { Start = _length, IsArray = isArray };
        Room(4);
    }

    private void Close()
    {
        Room(1)[0] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_open.Start), _length - _open.Start);
    }

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _length < bytes)
            Array.Resize(ref _buffer, Math.Max(checked(_length + bytes), _buffer.Length * 2));
        var room = _buffer.AsSpan(_length, bytes);
        _length += bytes;
        return room;
    }

    private struct Container
    {
        public int Start;
        public int Count;
        public bool IsArray;
    }
}
