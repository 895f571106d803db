using System.Buffers.Binary;
using System.Text;
using MongoDB.Bson.Serialization.Serializers;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What memory needs of an event, with its id in UTF-8.</summary>
[BsonSerializer(typeof(MemorySliceSerializer))]
internal readonly record struct MemorySlice(
    long AgentId, Status Status, Origin Origin, long OccurredAtMs, byte[] EventId)
{
    public static MemorySlice Of(StatusEvent one) =>
        new(one.Agent.AgentId, one.Status, one.Origin, one.OccurredAtMs, Encoding.UTF8.GetBytes(one.EventId));
}

/// <summary>Reads the events of a start in the bytes of the answer: a start reads millions of them once, while the
/// driver's code is still being compiled. Reads what our own servers write; every other shape goes to the usual
/// serializer.</summary>
internal sealed class MemorySliceSerializer : SerializerBase<MemorySlice>
{
    private const byte TypeString = 0x02;
    private const byte TypeDate = 0x09;
    private const byte TypeInt64 = 0x12;
    private const int FieldCount = 5;

    private static readonly DocumentSerializer<EventDocument> Usual = new();

    public override MemorySlice Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var document = Rest(context.Reader);
        if (document.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(document) is var length
            && length <= document.Length && TryRead(document[4..length], out var slice))
        {
            context.Reader.SkipValue();
            return slice;
        }

        return MemorySlice.Of(Usual.Deserialize(context, args).Event);
    }

    /// <summary>From where the reader stands to the end of its buffer; a document may go on in another one.</summary>
    private static ReadOnlySpan<byte> Rest(IBsonReader reader) =>
        reader is BsonBinaryReader { BaseStream: ByteBufferStream { Buffer: var buffer } stream }
            ? buffer.AccessBackingBytes((int)stream.Position)
            : default;

    /// <summary>False where a field is missing, or anything else is there.</summary>
    private static bool TryRead(ReadOnlySpan<byte> fields, out MemorySlice slice)
    {
        slice = default;
        var count = 0;
        for (; fields[0] != 0; count++)
        {
            var type = fields[0];
            var nameLength = fields[1..].IndexOf((byte)0);
            var name = fields.Slice(1, nameLength);
            var value = fields[(nameLength + 2)..];
            var size = type == TypeString ? 4 + BinaryPrimitives.ReadInt32LittleEndian(value) : 8;
            if (type == TypeInt64 && name.SequenceEqual("agent_id"u8))
                slice = slice with { AgentId = BinaryPrimitives.ReadInt64LittleEndian(value) };
            else if (type == TypeDate && name.SequenceEqual("occurred_at"u8))
                slice = slice with { OccurredAtMs = BinaryPrimitives.ReadInt64LittleEndian(value) };
            else if (type != TypeString || !TryReadText(name, value[4..(size - 1)], ref slice))
                return false;
            fields = value[size..];
        }

        return count == FieldCount && slice.Status != default && slice.Origin != default && slice.EventId is not null;
    }

    private static bool TryReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ref MemorySlice slice)
    {
        if (name.SequenceEqual("event_id"u8))
            slice = slice with { EventId = text.ToArray() };
        else if (name.SequenceEqual("status"u8))
            slice = slice with { Status = Words.FindStatus(text) };
        else if (name.SequenceEqual("origin"u8))
            slice = slice with { Origin = Words.FindOrigin(text) };
        else
            return false;
        return true;
    }
}
