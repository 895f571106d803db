namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of agents' events.</summary>
internal static class EventReads
{
    /// <summary>The fields of an event but its company: the index has them all.</summary>
    public static readonly BsonDocument Fields = new()
    {
        { "_id", 0 }, { "agent_id", 1 }, { "origin", 1 }, { "occurred_at", 1 }, { "event_id", 1 }, { "status", 1 },
    };

    private static readonly FindOptions<EventDocument, EventDocument> OfIndex = new() { Projection = Fields };

    private static readonly Origin[] Origins = [Origin.Agent, Origin.Supervisor, Origin.App, Origin.Call];

    /// <summary>Agents of one command. More of them save round trips, but not every database plans long unions well:
    /// the one that the tests use takes 2 ms for one agent, 3 ms for two, and 800 ms for sixteen.</summary>
    private const int CommandAgents = 2;

    /// <summary>One more than can come, so that the first batch is all.</summary>
    private static readonly AggregateOptions OneBatch = new() { BatchSize = (CommandAgents * Origins.Length) + 1 };

    /// <summary>See <see cref="IEventReader.ReadEvents"/>. Two round trips; one for an empty range.</summary>
    public static async Task<IReadOnlyList<StatusEvent>> ReadAsync(
        StatusDatabase database, AgentKey agent, long fromMs, long toMs, TimeLimit time)
    {
        var events = await ReadLastAsync(database, agent.CompanyId, [agent.AgentId], fromMs, time.Token);
        if (toMs > fromMs)
        {
            var range = new BsonDocument
            {
                { "$gte", DocumentFields.Bound(fromMs) }, { "$lt", DocumentFields.Bound(toMs) },
            };
            var filter = new BsonDocument
            {
                { "company_id", agent.CompanyId }, { "agent_id", agent.AgentId }, { "occurred_at", range },
            };
            await foreach (var document in database.Events.ReadAsync(filter, time, OfIndex))
                events.Add(document.Of(agent.CompanyId));
        }

        events.Sort(StatusEvent.Compare);
        return events;
    }

    /// <summary>Reads of the company's agents the last event of each origin before an instant, without order: a seek
    /// into the index for each agent and origin, several of them in one command ($unionWith: MongoDB 4.4).</summary>
    public static async Task<List<StatusEvent>> ReadLastAsync(
        StatusDatabase database, long companyId, long[] agentIds, long beforeMs, CancellationToken cancel)
    {
        var last = new List<StatusEvent>();
        if (beforeMs <= Limits.FirstInstantMs) return last;
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
                { "coll", EventDocument.Collection }, { "pipeline", new BsonArray(seek) },
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
        new("$project", Fields),
    ];
}
