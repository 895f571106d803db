using System.Buffers.Binary;
using System.Text;
using AgentStatus.Core.Timelines;
using MongoDB.Bson.Serialization.Serializers;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What memory needs of an event, with its id in UTF-8.</summary>
[BsonSerializer(typeof(MemorySliceSerializer))]
internal readonly record struct MemorySlice(long AgentId, MemoryEvent Event, long Sequence, byte[] EventId)
{
    public static MemorySlice Of(StatusEvent one) =>
        new(one.Agent.AgentId, MemoryEvent.Of(one), one.Sequence, Encoding.UTF8.GetBytes(one.EventId));
}

/// <summary>Reads the events of a start in the bytes of the answer: a start reads millions of them once, while the
/// driver's code is still being compiled. Reads what our own servers write; every other shape goes to the usual
/// serializer.</summary>
internal sealed class MemorySliceSerializer : SerializerBase<MemorySlice>
{
    private const byte TypeString = 0x02;
    private const byte TypeDate = 0x09;
    private const byte TypeNull = 0x0A;
    private const byte TypeInt64 = 0x12;

    private const long NoInstant = long.MinValue;

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
        slice = new() { Event = new() { OccurredAtMs = NoInstant } };
        while (fields[0] != 0)
        {
            var type = fields[0];
            var nameLength = fields[1..].IndexOf((byte)0);
            var name = fields.Slice(1, nameLength);
            var value = fields[(nameLength + 2)..];
            var size = type switch
            {
                TypeNull => 0,
                TypeString => 4 + BinaryPrimitives.ReadInt32LittleEndian(value),
                _ => 8,
            };
            var isKnown = type switch
            {
                // What a document does not have, an index gives as null.
                TypeNull => true,
                TypeString => TryReadText(name, value[4..(size - 1)], ref slice),
                TypeInt64 or TypeDate => TryReadNumber(
                    type, name, BinaryPrimitives.ReadInt64LittleEndian(value), ref slice),
                _ => false,
            };
            if (!isKnown) return false;
            fields = value[size..];
        }

        return slice is { AgentId: not 0, Event: { Status: not default(Status), Origin: not default(Origin) } }
            && slice.EventId is not null && slice.Event.OccurredAtMs != NoInstant;
    }

    private static bool TryReadNumber(byte type, ReadOnlySpan<byte> name, long number, ref MemorySlice slice)
    {
        if (type == TypeDate)
        {
            if (!name.SequenceEqual("occurred_at"u8)) return false;
            slice = slice with { Event = slice.Event with { OccurredAtMs = number } };
        }
        else if (name.SequenceEqual("agent_id"u8))
        {
            slice = slice with { AgentId = number };
        }
        else if (name.SequenceEqual("call_id"u8))
        {
            slice = slice with { Event = slice.Event with { CallId = number } };
        }
        else if (name.SequenceEqual("event_sequence"u8))
        {
            slice = slice with { Sequence = number };
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool TryReadText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ref MemorySlice slice)
    {
        if (name.SequenceEqual("event_id"u8))
            slice = slice with { EventId = text.ToArray() };
        else if (name.SequenceEqual("status"u8))
            slice = slice with { Event = slice.Event with { Status = Words.FindStatus(text) } };
        else if (name.SequenceEqual("origin"u8))
            slice = slice with { Event = slice.Event with { Origin = Words.FindOrigin(text) } };
        else if (name.SequenceEqual("device_id"u8))
            slice = slice with { Event = slice.Event with { DeviceKey = TimelineEvent.KeyOf(text) } };
        else if (name.SequenceEqual("label"u8))
            slice = slice with { Event = slice.Event with { Label = Encoding.UTF8.GetString(text) } };
        else
            return false;
        return true;
    }
}
