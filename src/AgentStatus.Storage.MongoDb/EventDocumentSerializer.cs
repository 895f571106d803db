using System.Text;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads events in the bytes of the answer: who catches up reads millions of another server's.</summary>
internal sealed class EventDocumentSerializer : DocumentSerializer<EventDocument>
{
    private const long None = long.MinValue;

    /// <summary>Neighbours are of one server, mostly.</summary>
    private string? _lastServerId;

    public override EventDocument Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        if (!AnswerFields.TryOpen(context.Reader, out var fields) || !TryRead(fields, out var document))
            return base.Deserialize(context, args);
        context.Reader.SkipValue();
        return document;
    }

    /// <summary>False where a field is missing, or anything else is there.</summary>
    private bool TryRead(AnswerFields fields, out EventDocument document)
    {
        document = default;
        string? id = null, eventId = null, serverId = null;
        string deviceId = "", label = "", actor = "";
        var (status, origin) = (default(Status), default(Origin));
        long companyId = 0, agentId = 0, occurredAtMs = None, recordedAtMs = 0, eventSequence = 0, callId = 0;
        var number = None;
        while (fields.MoveNext())
        {
            if (fields.IsText)
            {
                if (fields.Is("_id"u8)) id = fields.ReadText();
                else if (fields.Is("event_id"u8)) eventId = fields.ReadText();
                else if (fields.Is("status"u8)) status = Words.FindStatus(fields.Text);
                else if (fields.Is("origin"u8)) origin = Words.FindOrigin(fields.Text);
                else if (fields.Is("server_id"u8)) serverId = ServerIdOf(fields);
                else if (fields.Is("device_id"u8)) deviceId = fields.ReadText();
                else if (fields.Is("label"u8)) label = fields.ReadText();
                else if (fields.Is("actor"u8)) actor = fields.ReadText();
                else return false;
            }
            else if (fields.IsDate)
            {
                if (fields.Is("occurred_at"u8)) occurredAtMs = fields.Number;
                else if (fields.Is("recorded_at"u8)) recordedAtMs = fields.Number;
                else return false;
            }
            else if (!fields.IsNull)
            {
                if (fields.Is("company_id"u8)) companyId = fields.Number;
                else if (fields.Is("agent_id"u8)) agentId = fields.Number;
                else if (fields.Is("sequence"u8)) number = fields.Number;
                else if (fields.Is("event_sequence"u8)) eventSequence = fields.Number;
                else if (fields.Is("call_id"u8)) callId = fields.Number;
                else return false;
            }
        }

        if (!fields.IsAtEnd || agentId == 0 || status == default || origin == default || occurredAtMs == None
            || eventId is null || (id is not null && companyId == 0) || (serverId is not null && number == None))
            return false;
        var read = new StatusEvent(new(id is null ? 0 : companyId, agentId), status, origin, occurredAtMs, eventId)
        {
            Sequence = eventSequence,
            CallId = callId,
            DeviceId = deviceId,
            Label = label,
            Actor = actor,
        };
        document = new(id, read, recordedAtMs, serverId, serverId is null ? 0 : number);
        return true;
    }

    private string ServerIdOf(in AnswerFields fields) =>
        _lastServerId is { } last && Ascii.Equals(fields.Text, last) ? last : _lastServerId = fields.ReadText();
}
