namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of rejected_events; its id says the whole content, so that it is kept once.</summary>
[BsonSerializer(typeof(RejectedDocumentSerializer))]
internal readonly record struct RejectedDocument(RejectedEvent Rejected, string ServerId);

/// <summary>Writes them; people read them.</summary>
internal sealed class RejectedDocumentSerializer() : DocumentSerializer<RejectedDocument>(Collections.Rejected)
{
    protected override void Write(IBsonWriter writer, RejectedDocument value)
    {
        var (one, recordedAtMs, rejectedAtMs) = value.Rejected;
        writer.WriteString(
            "_id", $"{EventDocument.IdOf(one)}/{one.Agent.AgentId}/{one.Status}/{one.Origin}/{one.OccurredAtMs}");
        EventDocumentSerializer.WriteContent(writer, one, recordedAtMs);
        writer.WriteDateTime("rejected_at", rejectedAtMs);
        writer.WriteString("server_id", value.ServerId);
    }

    protected override RejectedDocument Read(BsonDeserializationContext context) => throw new NotSupportedException();
}
