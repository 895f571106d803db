using System.Buffers;
using System.Text;

namespace AgentStatus.MongoGateway.Wire;

/// <summary>Writes one document; chain the calls and end with <see cref="ToBytes"/>. Not for two threads.</summary>
internal sealed class BsonWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public BsonWriter() => Raw([0, 0, 0, 0]);

    public BsonWriter Double(string name, double value)
    {
        Header(BsonType.Double, name);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public BsonWriter Ok() => Double("ok", 1);

    public BsonWriter Int32(string name, int value)
    {
        Header(BsonType.Int32, name);
        return Number(value);
    }

    public BsonWriter Int64(string name, long value)
    {
        Header(BsonType.Int64, name);
        return Number(value);
    }

    public BsonWriter DateTime(string name, DateTimeOffset value)
    {
        Header(BsonType.DateTime, name);
        return Number(value.ToUnixTimeMilliseconds());
    }

    public BsonWriter Bool(string name, bool value)
    {
        Header(BsonType.Boolean, name);
        return Raw([value ? (byte)1 : (byte)0]);
    }

    public BsonWriter String(string name, string value)
    {
        Header(BsonType.String, name);
        Number(Encoding.UTF8.GetByteCount(value) + 1);
        Encoding.UTF8.GetBytes(value, _buffer);
        return Raw([0]);
    }

    /// <summary>Twelve bytes.</summary>
    public BsonWriter ObjectId(string name, ReadOnlySpan<byte> value)
    {
        Header(BsonType.ObjectId, name);
        return Raw(value);
    }

    public BsonWriter Binary(string name, ReadOnlySpan<byte> value)
    {
        Header(BsonType.Binary, name);
        Number(value.Length);
        return Raw([0]).Raw(value);
    }

    public BsonWriter Document(string name, BsonWriter value)
    {
        Header(BsonType.Document, name);
        return Raw(value.ToBytes());
    }

    public BsonWriter Array(string name, IEnumerable<BsonWriter> documents)
    {
        var array = new BsonWriter();
        var index = 0;
        foreach (var document in documents) array.Document($"{index++}", document);
        return Array(name, array);
    }

    public BsonWriter Strings(string name, params IEnumerable<string> values)
    {
        var array = new BsonWriter();
        var index = 0;
        foreach (var value in values) array.String($"{index++}", value);
        return Array(name, array);
    }

    public BsonWriter Int64s(string name, IEnumerable<long> values)
    {
        var array = new BsonWriter();
        var index = 0;
        foreach (var value in values) array.Int64($"{index++}", value);
        return Array(name, array);
    }

    /// <summary>An element as it came, under its own name.</summary>
    public BsonWriter Copy(BsonElement element) => Raw(element.Raw.Span);

    public byte[] ToBytes()
    {
        var bytes = new byte[_buffer.WrittenCount + 1];
        _buffer.WrittenSpan.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        return bytes;
    }

    private BsonWriter Array(string name, BsonWriter array)
    {
        Header(BsonType.Array, name);
        return Raw(array.ToBytes());
    }

    private void Header(BsonType type, string name)
    {
        Raw([(byte)type]);
        Encoding.UTF8.GetBytes(name, _buffer);
        Raw([0]);
    }

    private BsonWriter Number(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    private BsonWriter Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    private BsonWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }
}
