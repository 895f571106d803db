using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of business_hours.</summary>
internal static class HoursDocument
{
    public static string Id(StoredHours hours) => $"{hours.CompanyId}/{hours.Number}";

    public static void Write(BsonWriter document, StoredHours hours, string serverId, long number) =>
        document
            .String("_id"u8, Id(hours))
            .Int64("company_id"u8, hours.CompanyId)
            .Int32("number"u8, hours.Number)
            .Date("in_force_from"u8, hours.InForceFromMs)
            .String("content"u8, hours.Json)
            .String("server_id"u8, serverId)
            .Int64("sequence"u8, number);

    /// <exception cref="MongoException">It is none.</exception>
    public static StoredHours Read(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("company_id"u8);
        var companyId = reader.GetInt64();
        reader.Require("number"u8);
        var number = checked((int)reader.GetInt64());
        reader.Require("in_force_from"u8);
        var inForceFromMs = reader.GetDate();
        reader.Require("content"u8);
        return new(companyId, number, inForceFromMs, reader.GetString());
    }
}
