namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of status_events. Where events are read by the million, at a start, <see cref="MemorySlice"/>
/// takes this one's place.</summary>
/// <param name="Id">Its _id; null where the reading left it out.</param>
/// <param name="Event">The event; of company 0 where the reading left that out together with the id.</param>
/// <param name="RecordedAtMs">When a server took it in; 0 where the reading left it out.</param>
[BsonSerializer(typeof(EventDocumentSerializer))]
internal readonly record struct EventDocument(
    string? Id, StatusEvent Event, long RecordedAtMs, string? ServerId, long Number)
    : IDocument<EventDocument>, INumberedDocument
{
    public static string Collection => "status_events";

    public static string IdOf(StatusEvent one) => IdOf(one.Agent.CompanyId, one.EventId);

    public static string IdOf(long companyId, string eventId) => $"{companyId}/{eventId}";

    public static EventDocument Read(BsonDocument document)
    {
        var id = document.GetValue("_id", null)?.AsString;
        var read = new StatusEvent(
            new(id is null ? 0 : document.WholeNumber("company_id"), document.WholeNumber("agent_id")),
            Words.ToStatus(document["status"].AsString), Words.ToOrigin(document["origin"].AsString),
            document.Date("occurred_at"), document["event_id"].AsString)
        {
            Sequence = document.WholeNumberOrZero("event_sequence"),
            CallId = document.WholeNumberOrZero("call_id"),
            DeviceId = document.TextOrEmpty("device_id"),
            Label = document.TextOrEmpty("label"),
            Actor = document.TextOrEmpty("actor"),
        };
        var serverId = document.GetValue("server_id", null)?.AsString;
        var recordedAtMs = document.Contains("recorded_at") ? document.Date("recorded_at") : 0;
        return new(id, read, recordedAtMs, serverId, serverId is null ? 0 : document.WholeNumber("sequence"));
    }

    /// <summary>The event where the reading asked for one company and left it out.</summary>
    public StatusEvent Of(long companyId) => Event with { Agent = Event.Agent with { CompanyId = companyId } };

    public void Write(IBsonWriter writer)
    {
        writer.WriteString("_id", Id);
        writer.WriteInt64("company_id", Event.Agent.CompanyId);
        writer.WriteInt64("agent_id", Event.Agent.AgentId);
        writer.WriteString("event_id", Event.EventId);
        writer.WriteString("status", Words.Of(Event.Status));
        writer.WriteString("origin", Words.Of(Event.Origin));
        writer.WriteDateTime("occurred_at", Event.OccurredAtMs);
        writer.WriteDateTime("recorded_at", RecordedAtMs);
        if (Event.Sequence != 0) writer.WriteInt64("event_sequence", Event.Sequence);
        if (Event.CallId != 0) writer.WriteInt64("call_id", Event.CallId);
        if (Event.DeviceId.Length > 0) writer.WriteString("device_id", Event.DeviceId);
        if (Event.Label.Length > 0) writer.WriteString("label", Event.Label);
        if (Event.Actor.Length > 0) writer.WriteString("actor", Event.Actor);
        writer.WriteString("server_id", ServerId);
        writer.WriteInt64("sequence", Number);
    }

    /// <summary>A document of rejected_events, for people to read; its id says the whole content, so that it is kept
    /// once.</summary>
    public static BsonDocument Rejected(RejectedEvent rejected, string serverId)
    {
        var (one, recordedAtMs, rejectedAtMs) = rejected;
        var id = $"{IdOf(one)}/{one.Agent.AgentId}/{one.Status}/{one.Origin}/{one.OccurredAtMs}";
        if ((one.Sequence, one.CallId, one.DeviceId, one.Label, one.Actor) is not (0, 0, "", "", ""))
            id += $"/{one.Sequence}/{one.CallId}/{one.DeviceId}/{one.Label}/{one.Actor}";
        var document = new EventDocument(id, one, recordedAtMs, serverId, 0).ToBsonDocument();
        document.Remove("sequence");
        document.InsertAt(document.IndexOfName("server_id"), new("rejected_at", new BsonDateTime(rejectedAtMs)));
        return document;
    }
}
