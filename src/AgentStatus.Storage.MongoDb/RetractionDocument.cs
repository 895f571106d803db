namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of retractions: what was retracted, and which server stored that, by which number.</summary>
[BsonSerializer(typeof(DocumentSerializer<RetractionDocument>))]
internal readonly record struct RetractionDocument(string Id, Retraction Retraction, string? ServerId, long Number)
    : IDocument<RetractionDocument>, INumberedDocument
{
    public static string Collection => "retractions";

    public static string IdOf(Retraction one) => EventDocument.IdOf(one.CompanyId, one.EventId);

    public static RetractionDocument Read(BsonDocument document)
    {
        var retraction = new Retraction(
            document.WholeNumber("company_id"), document["event_id"].AsString, document.TextOrEmpty("reason"),
            document.TextOrEmpty("actor"), document.Date("recorded_at"));
        var serverId = document.GetValue("server_id", null)?.AsString;
        return new(
            document["_id"].AsString, retraction, serverId, serverId is null ? 0 : document.WholeNumber("sequence"));
    }

    public void Write(IBsonWriter writer)
    {
        writer.WriteString("_id", Id);
        writer.WriteInt64("company_id", Retraction.CompanyId);
        writer.WriteString("event_id", Retraction.EventId);
        writer.WriteString("reason", Retraction.Reason);
        writer.WriteString("actor", Retraction.Actor);
        writer.WriteDateTime("recorded_at", Retraction.RecordedAtMs);
        writer.WriteString("server_id", ServerId);
        writer.WriteInt64("sequence", Number);
    }
}
