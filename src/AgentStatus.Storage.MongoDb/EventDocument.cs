using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Following;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Attributes;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of status_events.</summary>
/// <param name="Id">Its _id; null where the reading left it out.</param>
/// <param name="Event">The event; of company 0 where the reading left that out.</param>
/// <param name="RecordedAtMs">When a server took it in; 0 where that was not read.</param>
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

/// <summary>The start reads millions of these: no BsonDocument in between, and no text for a field's name.</summary>
internal sealed class EventDocumentSerializer() : DocumentSerializer<EventDocument>(Collections.Events)
{
    private static readonly BsonTrie<string> Fields = FieldNames(
        "_id", "company_id", "agent_id", "event_id", "status", "origin", "occurred_at", "recorded_at", "server_id",
        "sequence");

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
        var reader = context.Reader;
        var name = new TrieNameDecoder<string>(Fields);
        long? companyId = null, agentId = null, occurredAtMs = null;
        long recordedAtMs = 0, number = 0;
        string? id = null, eventId = null, serverId = null;
        Status status = default;
        Origin origin = default;
        reader.ReadStartDocument();
        while (reader.ReadBsonType() != BsonType.EndOfDocument)
        {
            reader.ReadName(name);
            switch (name.Found ? name.Value : "")
            {
                case "_id": id = reader.ReadString(); break;
                case "company_id": companyId = reader.ReadWholeNumber(); break;
                case "agent_id": agentId = reader.ReadWholeNumber(); break;
                case "event_id": eventId = reader.ReadString(); break;
                case "status": status = Words.ToStatus(reader.ReadString()); break;
                case "origin": origin = Words.ToOrigin(reader.ReadString()); break;
                case "occurred_at": occurredAtMs = reader.ReadDateTime(); break;
                case "recorded_at": recordedAtMs = reader.ReadDateTime(); break;
                case "server_id": serverId = reader.ReadString(); break;
                case "sequence": number = reader.ReadWholeNumber(); break;
                default: reader.SkipValue(); break;
            }
        }

        reader.ReadEndDocument();
        Require(status != default, "status");
        Require(origin != default, "origin");
        // Readings that leave the company out leave the id out, too.
        Require(companyId is not null || id is null, "company_id");
        var agent = new AgentKey(companyId ?? 0, agentId ?? throw Missing("agent_id"));
        return new(
            id, new(agent, status, origin, occurredAtMs ?? throw Missing("occurred_at"), eventId ?? throw Missing("event_id")),
            recordedAtMs, serverId, number);
    }

    private static void Require(bool isThere, string field)
    {
        if (!isThere)
            throw Missing(field);
    }

    private static FormatException Missing(string field) => new($"the field '{field}' is missing.");

    private static BsonTrie<string> FieldNames(params string[] names)
    {
        var trie = new BsonTrie<string>();
        foreach (var name in names)
            trie.Add(name, name);
        return trie;
    }
}
