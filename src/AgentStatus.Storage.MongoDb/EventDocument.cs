using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of status_events.</summary>
internal static class EventDocument
{
    public static string Id(StatusEvent one) => $"{one.Agent.CompanyId}/{one.EventId}";

    public static void Write(BsonWriter document, in EventToAppend added, string serverId, long number)
    {
        document.String("_id"u8, Id(added.Event));
        WriteContent(document, added.Event, added.RecordedAtMs);
        document.String("server_id"u8, serverId).Int64("sequence"u8, number);
    }

    /// <summary>The fields of the event itself.</summary>
    public static void WriteContent(BsonWriter document, StatusEvent added, long recordedAtMs) => document
        .Int64("company_id"u8, added.Agent.CompanyId)
        .Int64("agent_id"u8, added.Agent.AgentId)
        .String("event_id"u8, added.EventId)
        .Utf8("status"u8, Words.Of(added.Status))
        .Utf8("origin"u8, Words.Of(added.Origin))
        .Date("occurred_at"u8, added.OccurredAtMs)
        .Date("recorded_at"u8, recordedAtMs);

    /// <summary>Reads an event from a whole document.</summary>
    /// <exception cref="MongoException">It is none.</exception>
    public static StatusEvent Read(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("company_id"u8);
        return ReadOf(reader.GetInt64(), document);
    }

    /// <summary>Reads an event of the company from a document that may lack the company.</summary>
    /// <exception cref="MongoException">It is none.</exception>
    public static StatusEvent ReadOf(long companyId, ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("agent_id"u8);
        var agent = new AgentKey(companyId, reader.GetInt64());
        reader.Require("event_id"u8);
        var eventId = reader.GetString();
        reader.Require("status"u8);
        var status = Words.ToStatus(reader.GetUtf8());
        reader.Require("origin"u8);
        var origin = Words.ToOrigin(reader.GetUtf8());
        reader.Require("occurred_at"u8);
        return new(agent, status, origin, reader.GetDate(), eventId);
    }
}
