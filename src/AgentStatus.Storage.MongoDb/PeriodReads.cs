using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of offline_periods.</summary>
internal static class PeriodReads
{
    /// <summary>Many documents in one answer.</summary>
    public static readonly FindOptions<PeriodDocument> LargeBatches = new() { BatchSize = 10_000 };

    /// <summary>Documents of one search for late writes: the next one goes on.</summary>
    private const int LateWritesPerSearch = 10_000;

    /// <summary>See <see cref="IOfflinePeriodStore.Read"/>.</summary>
    public static async Task<IReadOnlyList<OfflinePeriod>> ReadAsync(
        StatusDatabase database, AgentKey agent, long fromMs, TimeLimit time)
    {
        // A find may give a document twice that is written meanwhile: it moves in the index that is being read.
        var byStart = new SortedDictionary<long, OfflinePeriod>();
        var filter = LastedAfter(agent.CompanyId, [agent.AgentId], fromMs);
        await foreach (var document in database.OfflinePeriods.ReadAsync(filter, time, LargeBatches))
            byStart[document.Period.StartedAtMs] = document.Period;
        return [.. byStart.Values];
    }

    /// <summary>The agents with periods that older epochs wrote since an instant, with the earliest start of each,
    /// oldest write first.</summary>
    /// <param name="foreignEpochs">Those of others' companies: left out.</param>
    /// <returns>Also when the last one was written that was read, where there are more; null: all were read.</returns>
    public static async Task<(IReadOnlyList<AgentChange> Agents, long? ThroughMs)> FindOfOlderEpochsAsync(
        StatusDatabase database, long epoch, IReadOnlyList<long> foreignEpochs, long writtenSinceMs, TimeLimit time)
    {
        var older = new BsonDocument("$lt", epoch);
        if (foreignEpochs.Count > 0) older.Add("$nin", new BsonArray(foreignEpochs));
        var filter = new BsonDocument
        {
            { "written_at", new BsonDocument("$gte", DocumentFields.Bound(writtenSinceMs)) },
            { "epoch", older },
        };
        var oldestFirst = new FindOptions<PeriodDocument>
        {
            Sort = new BsonDocument { { "written_at", 1 }, { "epoch", 1 } },
            Limit = LateWritesPerSearch,
        };
        var found = new Dictionary<AgentKey, long>();
        var (count, lastMs) = (0, 0L);
        await foreach (var document in database.OfflinePeriods.ReadAsync(filter, time, oldestFirst))
        {
            var (agent, startMs) = (document.Period.Agent, document.Period.StartedAtMs);
            found[agent] = Math.Min(found.GetValueOrDefault(agent, long.MaxValue), startMs);
            (count, lastMs) = (count + 1, document.WrittenAtMs);
        }

        // Those that are found are written anew, and then the next search finds others.
        return (
            [.. found.Select(agent => new AgentChange(agent.Key, agent.Value + 1))],
            count < LateWritesPerSearch ? null : lastMs);
    }

    /// <summary>See <see cref="IOfflinePeriodStore.FindStale"/>.</summary>
    public static async Task<IReadOnlyList<long>> FindStaleAsync(
        StatusDatabase database, long companyId, long hoursInForceFromMs, TimeLimit time)
    {
        var instant = DocumentFields.Bound(hoursInForceFromMs);
        var isOlder = new BsonElement("hours_in_force_from", new BsonDocument("$lt", instant));
        var filter = new BsonDocument
        {
            { "company_id", companyId },
            {
                "$or",
                new BsonArray
                {
                    new BsonDocument("hours_in_force_from", BsonNull.Value),
                    new BsonDocument { isOlder, new("ended_at", BsonNull.Value) },
                    new BsonDocument { isOlder, new("ended_at", new BsonDocument("$gt", instant)) },
                }
            },
        };
        using var cursor = await database.OfflinePeriods.DistinctAsync<long>(
            "agent_id", filter, cancellationToken: time.Token);
        return await cursor.ToListAsync(time.Token);
    }

    /// <summary>Those of a company's agents that ended after the instant, and those that last: also those that began
    /// after it, for none ends before it began.</summary>
    public static BsonDocument LastedAfter(long companyId, IEnumerable<long> agentIds, long instantMs) => new()
    {
        { "company_id", companyId },
        { "agent_id", new BsonDocument("$in", new BsonArray(agentIds)) },
        { "ended_at", new BsonDocument("$not", new BsonDocument("$lte", DocumentFields.Bound(instantMs))) },
    };
}
