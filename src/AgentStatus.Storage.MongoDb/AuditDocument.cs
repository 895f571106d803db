namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of audit_log: inserted and never changed.</summary>
[BsonSerializer(typeof(DocumentSerializer<AuditDocument>))]
internal readonly record struct AuditDocument(AuditEntry Entry) : IDocument<AuditDocument>
{
    public static string Collection => "audit_log";

    public static AuditDocument Read(BsonDocument document) => new(new(
        document.Date("recorded_at"), document["_id"].AsString, document["identity"].AsString,
        document.TextOrEmpty("address"), document["rpc"].AsString, document.WholeNumberOrZero("company_id"),
        document.WholeNumberOrZero("agent_id"), document.TextOrEmpty("event_id"), document["outcome"].AsString));

    public void Write(IBsonWriter writer)
    {
        writer.WriteString("_id", Entry.Id);
        writer.WriteDateTime("recorded_at", Entry.AtMs);
        writer.WriteString("identity", Entry.Identity);
        writer.WriteString("address", Entry.Address);
        writer.WriteString("rpc", Entry.Rpc);
        writer.WriteInt64("company_id", Entry.CompanyId);
        if (Entry.AgentId != 0) writer.WriteInt64("agent_id", Entry.AgentId);
        if (Entry.EventId.Length > 0) writer.WriteString("event_id", Entry.EventId);
        writer.WriteString("outcome", Entry.Outcome);
    }
}
