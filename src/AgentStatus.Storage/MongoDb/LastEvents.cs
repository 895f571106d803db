using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Reads of each agent the last event of each origin before an instant: one command for many agents, one seek into the
/// index for each agent and origin ($unionWith: MongoDB 4.4).
/// </summary>
internal static class LastEvents
{
    private static readonly Origin[] Origins = [Origin.Agent, Origin.Supervisor, Origin.App, Origin.Call];

    /// <summary>Reads them, by agent in the order given. The company's agents, 1 or more.</summary>
    public static List<StatusEvent> Read(
        MongoClient client, long companyId, IReadOnlyList<long> agentIds, long beforeMs)
    {
        var reply = client.Run(Command(companyId, agentIds, beforeMs));
        var last = new List<StatusEvent>();
        var reader = new BsonReader(reply);
        reader.Require("cursor"u8);
        var cursor = reader.GetDocument();
        cursor.Require("firstBatch"u8);
        var batch = cursor.GetArray();
        while (batch.Read())
        {
            last.Add(MongoFailures.Decode(
                Collections.Events, batch.Value, document => EventDocument.ReadOf(companyId, document)));
        }

        return last;
    }

    private static ReadOnlySpan<byte> Command(long companyId, IReadOnlyList<long> agentIds, long beforeMs)
    {
        var command = new BsonWriter(agentIds.Count * 2048);
        command.Begin().String("aggregate"u8, Collections.Events).BeginArray("pipeline"u8);
        for (var i = 0; i < agentIds.Count * Origins.Length; i++)
        {
            var origin = Origins[i % Origins.Length];
            if (i > 0)
                command.BeginDocument().BeginDocument("$unionWith"u8).String("coll"u8, Collections.Events).BeginArray("pipeline"u8);
            Seek(command, new(companyId, agentIds[i / Origins.Length]), origin, beforeMs);
            if (i > 0)
                command.End().End().End();
        }

        // One more than can come, so that the first batch is all.
        return command.End()
            .BeginDocument("cursor"u8).Int32("batchSize"u8, (agentIds.Count * Origins.Length) + 1).End()
            .BeginDocument("readConcern"u8).String("level"u8, "majority").End()
            .Finish();
    }

    private static void Seek(BsonWriter pipeline, AgentKey agent, Origin origin, long beforeMs) => pipeline
        .BeginDocument().BeginDocument("$match"u8)
        .Agent(agent)
        .Utf8("origin"u8, Words.Of(origin))
        .BeginDocument("occurred_at"u8).Bound("$lt"u8, beforeMs).End()
        .End().End()
        .BeginDocument().BeginDocument("$sort"u8).Int32("occurred_at"u8, -1).Int32("event_id"u8, -1).End().End()
        .BeginDocument().Int32("$limit"u8, 1).End()
        .BeginDocument().EventFields("$project"u8).End();

    /// <summary>The fields of an event but its company: the index has them all.</summary>
    public static BsonWriter EventFields(this BsonWriter options, ReadOnlySpan<byte> name) => options
        .BeginDocument(name)
        .Int32("_id"u8, 0)
        .Int32("agent_id"u8, 1)
        .Int32("origin"u8, 1)
        .Int32("occurred_at"u8, 1)
        .Int32("event_id"u8, 1)
        .Int32("status"u8, 1)
        .End();
}
