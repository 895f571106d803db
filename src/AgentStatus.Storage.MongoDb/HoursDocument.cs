using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of business_hours: a version, which server stored it, and by which number.</summary>
[BsonSerializer(typeof(HoursDocumentSerializer))]
internal readonly record struct HoursDocument(string Id, StoredHours Version, string? ServerId, long Number)
{
    /// <summary>The version with its place among what its server stored.</summary>
    public Numbered<StoredHours> Numbered => new(ServerId!, Number, Version);

    public static string IdOf(StoredHours hours) => $"{hours.CompanyId}/{hours.Number}";
}

/// <summary>Hours are few: they are read by way of a BsonDocument.</summary>
internal sealed class HoursDocumentSerializer() : DocumentSerializer<HoursDocument>(Collections.Hours)
{
    protected override void Write(IBsonWriter writer, HoursDocument value)
    {
        writer.WriteString("_id", value.Id);
        writer.WriteInt64("company_id", value.Version.CompanyId);
        writer.WriteInt32("number", value.Version.Number);
        writer.WriteDateTime("in_force_from", value.Version.InForceFromMs);
        writer.WriteString("content", value.Version.Json);
        writer.WriteString("server_id", value.ServerId);
        writer.WriteInt64("sequence", value.Number);
    }

    protected override HoursDocument Read(BsonDeserializationContext context)
    {
        var document = ReadWhole(context);
        var version = new StoredHours(
            document.WholeNumber("company_id"), checked((int)document.WholeNumber("number")),
            document.Date("in_force_from"), document["content"].AsString);
        var isNumbered = document.TryGetValue("server_id", out var serverId);
        return new(
            document["_id"].AsString, version, isNumbered ? serverId.AsString : null,
            isNumbered ? document.WholeNumber("sequence") : 0);
    }
}
