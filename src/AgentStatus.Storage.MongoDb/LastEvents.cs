namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of agents the last event of each origin before an instant: a seek into the index for each agent and
/// origin, several of them in one command ($unionWith: MongoDB 4.4).</summary>
internal static class LastEvents
{
    private static readonly Origin[] Origins = [Origin.Agent, Origin.Supervisor, Origin.App, Origin.Call];

    /// <summary>Agents of one command. More of them save round trips, but not every database plans long unions well:
    /// the one that the tests use takes 2 ms for one agent, 3 ms for two, and 800 ms for sixteen.</summary>
    private const int CommandAgents = 2;

    /// <summary>One more than can come, so that the first batch is all.</summary>
    private static readonly AggregateOptions OneBatch = new() { BatchSize = (CommandAgents * Origins.Length) + 1 };

    /// <summary>Reads them of the company's agents, without order.</summary>
    public static async Task<List<StatusEvent>> ReadAsync(
        StatusDatabase database, long companyId, long[] agentIds, long beforeMs, CancellationToken cancel)
    {
        var last = new List<StatusEvent>();
        foreach (var some in agentIds.Chunk(CommandAgents))
        {
            using var cursor = await database.Events.AggregateAsync<EventDocument>(
                Pipeline(companyId, some, beforeMs), OneBatch, cancel);
            foreach (var document in await cursor.ToListAsync(cancel))
                last.Add(document.Of(companyId));
        }

        return last;
    }

    private static BsonDocument[] Pipeline(long companyId, long[] agentIds, long beforeMs)
    {
        var seeks = agentIds.SelectMany(agentId => Origins.Select(
            origin => Seek(new(companyId, agentId), origin, beforeMs))).ToList();
        return
        [
            .. seeks[0],
            .. seeks.Skip(1).Select(seek => new BsonDocument("$unionWith", new BsonDocument
            {
                { "coll", Collections.Events }, { "pipeline", new BsonArray(seek) },
            })),
        ];
    }

    private static BsonDocument[] Seek(AgentKey agent, Origin origin, long beforeMs) =>
    [
        new("$match", new BsonDocument
        {
            { "company_id", agent.CompanyId },
            { "agent_id", agent.AgentId },
            { "origin", Words.Of(origin) },
            { "occurred_at", new BsonDocument("$lt", DocumentFields.Bound(beforeMs)) },
        }),
        new("$sort", new BsonDocument { { "occurred_at", -1 }, { "event_id", -1 } }),
        new("$limit", 1),
        new("$project", EventReads.Fields),
    ];
}
