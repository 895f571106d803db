using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Reads of agents the last event of each origin before an instant: a seek into the index for each agent and origin,
/// several of them in one command ($unionWith: MongoDB 4.4).
/// </summary>
internal static class LastEvents
{
    private static readonly Origin[] Origins = [Origin.Agent, Origin.Supervisor, Origin.App, Origin.Call];

    /// <summary>
    /// Agents of one command. More of them save round trips, but not every database plans long unions well: the one
    /// that the tests use takes 2 ms for one agent, 3 ms for two, and 800 ms for sixteen.
    /// </summary>
    private const int CommandAgents = 2;

    /// <summary>Reads them of the company's agents, without order.</summary>
    public static List<StatusEvent> Read(
        MongoClient client, long companyId, ReadOnlySpan<long> agentIds, long beforeMs)
    {
        var command = new BsonWriter(4096);
        var last = new List<StatusEvent>();
        for (var rest = agentIds; rest.Length > 0;)
        {
            var some = rest[..Math.Min(CommandAgents, rest.Length)];
            rest = rest[some.Length..];
            Write(command, companyId, some, beforeMs);
            ReadBatch(client.Run(command.Finish()), companyId, last);
        }

        return last;
    }

    private static void ReadBatch(byte[] reply, long companyId, List<StatusEvent> last)
    {
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
    }

    private static void Write(BsonWriter command, long companyId, ReadOnlySpan<long> agentIds, long beforeMs)
    {
        command.Begin().String("aggregate"u8, Collections.Events).BeginArray("pipeline"u8);
        for (var i = 0; i < agentIds.Length * Origins.Length; i++)
        {
            if (i > 0)
                BeginUnion(command);
            Seek(command, new(companyId, agentIds[i / Origins.Length]), Origins[i % Origins.Length], beforeMs);
            if (i > 0)
                command.End().End().End();
        }

        // One more than can come, so that the first batch is all.
        command.End()
            .BeginDocument("cursor"u8).Int32("batchSize"u8, (CommandAgents * Origins.Length) + 1).End()
            .BeginDocument("readConcern"u8).String("level"u8, "majority").End();
    }

    private static void BeginUnion(BsonWriter pipeline) => pipeline
        .BeginDocument().BeginDocument("$unionWith"u8)
        .String("coll"u8, Collections.Events)
        .BeginArray("pipeline"u8);

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
