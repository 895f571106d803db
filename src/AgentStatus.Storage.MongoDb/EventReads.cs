namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of agents' events.</summary>
internal static class EventReads
{
    /// <summary>The fields of an event but its company and actor: the index has them all.</summary>
    public static readonly BsonDocument Fields = new()
    {
        { "_id", 0 }, { "agent_id", 1 }, { "origin", 1 }, { "occurred_at", 1 }, { "event_id", 1 }, { "status", 1 },
        { "event_sequence", 1 }, { "call_id", 1 }, { "device_id", 1 }, { "label", 1 },
    };

    private static readonly FindOptions<EventDocument, EventDocument> OfIndex = new() { Projection = Fields };

    private static readonly FindOptions<EventDocument, EventDocument> One = new() { Projection = Fields, Limit = 1 };

    /// <summary>The last comes first. A missing event_sequence is 0, and the database puts it before negative ones: see
    /// <see cref="FindLastAsync"/>.</summary>
    private static readonly BsonDocument LatestFirst = new()
    {
        { "occurred_at", -1 }, { "event_sequence", -1 }, { "event_id", -1 },
    };

    private static readonly FindOptions<EventDocument, EventDocument> Backwards = new()
    {
        Projection = Fields,
        Sort = LatestFirst,
        BatchSize = 100,
    };

    private static readonly FindOptions<EventDocument, EventDocument> ByInstant = new()
    {
        Sort = new BsonDocument("occurred_at", 1),
        BatchSize = 1_000,
    };

    private static readonly Comparer<StatusEvent> Order = Comparer<StatusEvent>.Create(StatusEvent.Compare);

    private static readonly Origin[] Origins = Enum.GetValues<Origin>()[1..];

    private static readonly BsonDocument AnyOrigin = new("$in", new BsonArray(Origins.Select(Words.Of)));

    /// <summary>Agents of one command. More of them save round trips, but not every database plans long unions well:
    /// the one that the tests use takes 2 ms for one agent, 3 ms for two, and 800 ms for sixteen.</summary>
    private const int CommandAgents = 2;

    /// <summary>One more than can come, so that the first batch is all.</summary>
    private static readonly AggregateOptions OneBatch = new()
    {
        BatchSize = (CommandAgents * (Origins.Length + 1)) + 1,
    };

    /// <summary>See <see cref="IEventReader.ReadEvents"/>. Two round trips; one for an empty range.</summary>
    /// <param name="retracted">Events that are left out.</param>
    public static async Task<IReadOnlyList<StatusEvent>> ReadAsync(
        StatusDatabase database, AgentKey agent, long fromMs, long toMs, Retractions retracted, TimeLimit time)
    {
        var events = await ReadPrecedingAsync(database, agent.CompanyId, [agent.AgentId], fromMs, retracted, time);
        if (toMs > fromMs)
        {
            var filter = Of(agent).Add("occurred_at", new BsonDocument
            {
                { "$gte", DocumentFields.Bound(fromMs) }, { "$lt", DocumentFields.Bound(toMs) },
            });
            await foreach (var document in database.Events.ReadAsync(filter, time, OfIndex))
                if (document.Of(agent.CompanyId) is var one && !retracted.Contains(one)) events.Add(one);
        }

        events.Sort(StatusEvent.Compare);
        return events;
    }

    /// <summary>See <see cref="IEventReader.ReadHistory"/>; without retractions.</summary>
    public static async Task<List<StoredEvent>> ReadHistoryAsync(
        StatusDatabase database, AgentKey agent, EventPosition after, long toMs, int most, TimeLimit time)
    {
        var filter = Of(agent)
            .Add("origin", AnyOrigin)
            .Add("occurred_at", new BsonDocument
            {
                { "$gte", DocumentFields.Bound(after.OccurredAtMs) }, { "$lt", DocumentFields.Bound(toMs) },
            });
        var found = new List<StoredEvent>();
        await foreach (var document in database.Events.ReadAsync(filter, time, ByInstant))
        {
            // The database does not order events of one instant as we do: all of them are read.
            if (found.Count >= most && found[^1].Event.OccurredAtMs < document.Event.OccurredAtMs) break;
            if (after.IsBefore(document.Event)) found.Add(new(document.Event, document.RecordedAtMs, null));
        }

        found.Sort((left, right) => StatusEvent.Compare(left.Event, right.Event));
        return found.Count > most ? found[..most] : found;
    }

    /// <summary>Whether one of the company's agents from an id through another has an event before an instant: one
    /// command, for which the database steps from agent to agent.</summary>
    public static async Task<bool> AnyPrecedesAsync(
        StatusDatabase database, long companyId, long firstAgentId, long lastAgentId, long beforeMs, TimeLimit time)
    {
        var filter = new BsonDocument
        {
            { "company_id", companyId },
            { "agent_id", new BsonDocument { { "$gte", firstAgentId }, { "$lte", lastAgentId } } },
            { "origin", AnyOrigin },
            { "occurred_at", new BsonDocument("$lt", DocumentFields.Bound(beforeMs)) },
        };
        await foreach (var _ in database.Events.ReadAsync(filter, time, One)) return true;
        return false;
    }

    /// <summary>Reads what precedes an instant of some of the company's agents (<see cref="PrecedingEvents"/>), without
    /// order: a seek into the index for each agent and origin, and one for LEFT, several of them in one command
    /// ($unionWith: MongoDB 4.4).</summary>
    public static async Task<List<StatusEvent>> ReadPrecedingAsync(
        StatusDatabase database,
        long companyId,
        long[] agentIds,
        long beforeMs,
        Retractions retracted,
        TimeLimit time)
    {
        var preceding = new List<StatusEvent>();
        if (beforeMs <= Limits.FirstInstantMs) return preceding;
        foreach (var some in agentIds.Chunk(CommandAgents))
        {
            using var cursor = await database.Events.AggregateAsync<EventDocument>(
                Pipeline(companyId, some, beforeMs), OneBatch, time.Token);
            var last = await cursor.ToListAsync(time.Token);
            foreach (var ofAgent in last.Select(document => document.Of(companyId)).GroupBy(one => one.Agent))
                preceding.AddRange(
                    await ReadPrecedingAsync(database, ofAgent.Key, [.. ofAgent], beforeMs, retracted, time));
        }

        return preceding;
    }

    private static async Task<List<StatusEvent>> ReadPrecedingAsync(
        StatusDatabase database,
        AgentKey agent,
        List<StatusEvent> last,
        long beforeMs,
        Retractions retracted,
        TimeLimit time)
    {
        var left = last.Where(one => one.Status == Status.Left).MaxBy(one => one, Order);
        if (left is not null) left = await SettleAsync(left, Lefts(agent));
        var ofOrigins = new List<StatusEvent>();
        foreach (var ofOrigin in last.GroupBy(one => one.Origin))
        {
            var one = ofOrigin.MaxBy(one => one, Order)!;
            if (await SettleAsync(one, Of(agent).Add("origin", Words.Of(one.Origin))) is { } settled)
                ofOrigins.Add(settled);
        }

        var preceding = new PrecedingEvents(ofOrigins, left);
        if (preceding.Walk.Count == 0) return preceding.InOrder();
        var filter = Of(agent)
            .Add("origin", new BsonDocument("$in", new BsonArray(preceding.Walk.Select(Words.Of))))
            .Add("occurred_at", new BsonDocument("$lt", DocumentFields.Bound(beforeMs)));
        var counting = database.Events.ReadAsync(filter, time, Backwards)
            .Select(document => document.Of(agent.CompanyId)).Where(one => !retracted.Contains(one));
        await foreach (var one in LatestFirstAsync(counting))
            if (!preceding.TryAdd(one)) break;
        return preceding.InOrder();

        async Task<StatusEvent?> SettleAsync(StatusEvent one, BsonDocument filter) =>
            one.Sequence >= 0 && !retracted.Contains(one)
                ? one
                : await FindLastAsync(database, agent.CompanyId, filter, one.OccurredAtMs, retracted, time);
    }

    /// <summary>The same events, those of one instant in our order.</summary>
    private static async IAsyncEnumerable<StatusEvent> LatestFirstAsync(IAsyncEnumerable<StatusEvent> byInstant)
    {
        var ofInstant = new List<StatusEvent>();
        await foreach (var one in byInstant)
        {
            if (ofInstant.Count > 0 && ofInstant[0].OccurredAtMs != one.OccurredAtMs)
            {
                foreach (var tied in ofInstant.OrderDescending(Order)) yield return tied;
                ofInstant.Clear();
            }

            ofInstant.Add(one);
        }

        foreach (var tied in ofInstant.OrderDescending(Order)) yield return tied;
    }

    /// <summary>The last event that counts at or before an instant; null: there is none.</summary>
    private static async Task<StatusEvent?> FindLastAsync(
        StatusDatabase database,
        long companyId,
        BsonDocument filter,
        long atMs,
        Retractions retracted,
        TimeLimit time)
    {
        filter.Add("occurred_at", new BsonDocument("$lte", DocumentFields.Bound(atMs)));
        StatusEvent? last = null;
        await foreach (var document in database.Events.ReadAsync(filter, time, Backwards))
        {
            var one = document.Of(companyId);
            if (last is not null && one.OccurredAtMs < last.OccurredAtMs) break;
            if (!retracted.Contains(one) && (last is null || StatusEvent.Compare(one, last) > 0)) last = one;
        }

        return last;
    }

    private static BsonDocument Of(AgentKey agent) =>
        new() { { "company_id", agent.CompanyId }, { "agent_id", agent.AgentId } };

    private static BsonDocument[] Pipeline(long companyId, long[] agentIds, long beforeMs)
    {
        var seeks = agentIds.SelectMany(agentId => Filters(new(companyId, agentId)).Select(
            filter => Seek(filter, beforeMs))).ToList();
        return
        [
            .. seeks[0],
            .. seeks.Skip(1).Select(seek => new BsonDocument("$unionWith", new BsonDocument
            {
                { "coll", EventDocument.Collection }, { "pipeline", new BsonArray(seek) },
            })),
        ];
    }

    private static IEnumerable<BsonDocument> Filters(AgentKey agent)
    {
        foreach (var origin in Origins) yield return Of(agent).Add("origin", Words.Of(origin));
        yield return Lefts(agent);
    }

    private static BsonDocument Lefts(AgentKey agent) => Of(agent)
        .Add("origin", new BsonDocument("$in", new BsonArray { "SUPERVISOR", "SYSTEM" }))
        .Add("status", Words.Of(Status.Left));

    private static BsonDocument[] Seek(BsonDocument filter, long beforeMs) =>
    [
        new("$match", filter.Add("occurred_at", new BsonDocument("$lt", DocumentFields.Bound(beforeMs)))),
        new("$sort", LatestFirst),
        new("$limit", 1),
        new("$project", Fields),
    ];
}
