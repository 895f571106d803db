namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of business_hours: a version, which server stored it, and by which number.</summary>
[BsonSerializer(typeof(DocumentSerializer<HoursDocument>))]
internal readonly record struct HoursDocument(string Id, StoredHours Version, string? ServerId, long Number)
    : IDocument<HoursDocument>, INumberedDocument
{
    public static string Collection => "business_hours";

    public static string IdOf(StoredHours hours) => $"{hours.CompanyId}/{hours.Number}";

    public static HoursDocument Read(BsonDocument document)
    {
        var version = new StoredHours(
            document.WholeNumber("company_id"), checked((int)document.WholeNumber("number")),
            document.Date("in_force_from"), document["content"].AsString);
        var serverId = document.GetValue("server_id", null)?.AsString;
        return new(
            document["_id"].AsString, version, serverId, serverId is null ? 0 : document.WholeNumber("sequence"));
    }

    public void Write(IBsonWriter writer)
    {
        writer.WriteString("_id", Id);
        writer.WriteInt64("company_id", Version.CompanyId);
        writer.WriteInt32("number", Version.Number);
        writer.WriteDateTime("in_force_from", Version.InForceFromMs);
        writer.WriteString("content", Version.Json);
        writer.WriteString("server_id", ServerId);
        writer.WriteInt64("sequence", Number);
    }
}
