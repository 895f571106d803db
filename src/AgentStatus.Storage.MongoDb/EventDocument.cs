using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of status_events.</summary>
/// <param name="Id">Its _id; null where the reading left it out.</param>
/// <param name="Event">The event; of company 0 where the reading left that out together with the id.</param>
/// <param name="RecordedAtMs">When a server took it in; 0 where it was read, for nobody asks.</param>
/// <param name="ServerId">The server that stored it; null where none numbered it, such as an import's.</param>
/// <param name="Number">That server's number for it.</param>
[BsonSerializer(typeof(EventDocumentSerializer))]
internal readonly record struct EventDocument(
    string? Id, StatusEvent Event, long RecordedAtMs, string? ServerId, long Number)
{
    /// <summary>The event with its place among what its server stored.</summary>
    public Numbered<StatusEvent> Numbered => new(ServerId!, Number, Event);

    public static string IdOf(StatusEvent one) => $"{one.Agent.CompanyId}/{one.EventId}";

    /// <summary>The event where the reading asked for one company and left it out.</summary>
    public StatusEvent Of(long companyId) => Event with { Agent = Event.Agent with { CompanyId = companyId } };
}

/// <summary>Where events are read by the million, at a start, <see cref="MemorySlice"/> takes this one's place.</summary>
internal sealed class EventDocumentSerializer() : DocumentSerializer<EventDocument>(Collections.Events)
{
    /// <summary>Writes the fields of the event itself.</summary>
    public static void WriteContent(IBsonWriter writer, StatusEvent added, long recordedAtMs)
    {
        writer.WriteAgent(added.Agent);
        writer.WriteString("event_id", added.EventId);
        writer.WriteString("status", Words.Of(added.Status));
        writer.WriteString("origin", Words.Of(added.Origin));
        writer.WriteDateTime("occurred_at", added.OccurredAtMs);
        writer.WriteDateTime("recorded_at", recordedAtMs);
    }

    protected override void Write(IBsonWriter writer, EventDocument value)
    {
        writer.WriteString("_id", value.Id);
        WriteContent(writer, value.Event, value.RecordedAtMs);
        writer.WriteString("server_id", value.ServerId);
        writer.WriteInt64("sequence", value.Number);
    }

    protected override EventDocument Read(BsonDeserializationContext context)
    {
        var document = ReadWhole(context);
        var isWhole = document.TryGetValue("_id", out var id);
        var isNumbered = document.TryGetValue("server_id", out var serverId);
        var read = new StatusEvent(
            new(isWhole ? document.WholeNumber("company_id") : 0, document.WholeNumber("agent_id")),
            Words.ToStatus(document["status"].AsString), Words.ToOrigin(document["origin"].AsString),
            document.Date("occurred_at"), document["event_id"].AsString);
        return new(
            isWhole ? id.AsString : null, read, 0, isNumbered ? serverId.AsString : null,
            isNumbered ? document.WholeNumber("sequence") : 0);
    }
}
