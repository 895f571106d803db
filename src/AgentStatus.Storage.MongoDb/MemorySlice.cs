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
    private const long NoInstant = long.MinValue;

    private static readonly DocumentSerializer<EventDocument> Usual = new();

    public override MemorySlice Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        if (!AnswerFields.TryOpen(context.Reader, out var fields) || !TryRead(fields, out var slice))
            return MemorySlice.Of(Usual.Deserialize(context, args).Event);
        context.Reader.SkipValue();
        return slice;
    }

    /// <summary>False where a field is missing, or anything else is there.</summary>
    private static bool TryRead(AnswerFields fields, out MemorySlice slice)
    {
        slice = new() { Event = new() { OccurredAtMs = NoInstant } };
        while (fields.MoveNext())
        {
            var isKnown = fields.IsNull
                || (fields.IsText ? TryReadText(fields, ref slice) : TryReadNumber(fields, ref slice));
            if (!isKnown) return false;
        }

        return fields.IsAtEnd
            && slice is { AgentId: not 0, Event: { Status: not default(Status), Origin: not default(Origin) } }
            && slice.EventId is not null && slice.Event.OccurredAtMs != NoInstant;
    }

    private static bool TryReadNumber(in AnswerFields fields, ref MemorySlice slice)
    {
        var number = fields.Number;
        if (fields.IsDate)
        {
            if (!fields.Is("occurred_at"u8)) return false;
            slice = slice with { Event = slice.Event with { OccurredAtMs = number } };
        }
        else if (fields.Is("agent_id"u8))
        {
            slice = slice with { AgentId = number };
        }
        else if (fields.Is("call_id"u8))
        {
            slice = slice with { Event = slice.Event with { CallId = number } };
        }
        else if (fields.Is("event_sequence"u8))
        {
            slice = slice with { Sequence = number };
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool TryReadText(in AnswerFields fields, ref MemorySlice slice)
    {
        var text = fields.Text;
        if (fields.Is("event_id"u8))
            slice = slice with { EventId = text.ToArray() };
        else if (fields.Is("status"u8))
            slice = slice with { Event = slice.Event with { Status = Words.FindStatus(text) } };
        else if (fields.Is("origin"u8))
            slice = slice with { Event = slice.Event with { Origin = Words.FindOrigin(text) } };
        else if (fields.Is("device_id"u8))
            slice = slice with { Event = slice.Event with { DeviceKey = TimelineEvent.KeyOf(text) } };
        else if (fields.Is("label"u8))
            slice = slice with { Event = slice.Event with { Label = fields.ReadText() } };
        else
            return false;
        return true;
    }
}
