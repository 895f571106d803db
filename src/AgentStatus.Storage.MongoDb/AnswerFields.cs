using System.Buffers.Binary;
using System.Text;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The fields of a document one after the other, in the bytes of the answer: the driver makes an object of
/// each first, which is most of what a reading of events costs. Knows the types that our own servers write; every other
/// shape is left to the usual serializer.</summary>
internal ref struct AnswerFields
{
    private const byte TypeString = 0x02;
    private const byte TypeDate = 0x09;
    private const byte TypeNull = 0x0A;
    private const byte TypeInt64 = 0x12;

    private ReadOnlySpan<byte> _rest;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Of a text, in UTF-8.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Of a whole number, or a date's milliseconds.</summary>
    public long Number { get; private set; }

    public bool IsText { get; private set; }

    public bool IsDate { get; private set; }

    /// <summary>What a document does not have, an index gives as null.</summary>
    public bool IsNull { get; private set; }

    /// <summary>Whether nothing of another type was met.</summary>
    public readonly bool IsAtEnd => _rest[0] == 0;

    /// <summary>Opens the document before which the reader stands; false where it goes on in another buffer.</summary>
    public static bool TryOpen(IBsonReader reader, out AnswerFields fields)
    {
        fields = default;
        var rest = reader is BsonBinaryReader { BaseStream: ByteBufferStream { Buffer: var buffer } stream }
            ? buffer.AccessBackingBytes((int)stream.Position)
            : default(ReadOnlySpan<byte>);
        if (rest.Length < 4 || BinaryPrimitives.ReadInt32LittleEndian(rest) is var length && length > rest.Length)
            return false;
        fields._rest = rest[4..length];
        return true;
    }

    /// <summary>Goes to the next field; false at the end, or before one of another type.</summary>
    public bool MoveNext()
    {
        var type = _rest[0];
        if (type is not (TypeString or TypeDate or TypeNull or TypeInt64)) return false;
        var nameLength = _rest[1..].IndexOf((byte)0);
        Name = _rest.Slice(1, nameLength);
        var value = _rest[(nameLength + 2)..];
        (IsText, IsDate, IsNull) = (type == TypeString, type == TypeDate, type == TypeNull);
        var size = IsNull ? 0 : IsText ? 4 + BinaryPrimitives.ReadInt32LittleEndian(value) : 8;
        Text = IsText ? value[4..(size - 1)] : default;
        Number = IsText || IsNull ? 0 : BinaryPrimitives.ReadInt64LittleEndian(value);
        _rest = value[size..];
        return true;
    }

    public readonly bool Is(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    public readonly string ReadText() => Encoding.UTF8.GetString(Text);
}
