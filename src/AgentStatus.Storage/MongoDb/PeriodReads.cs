using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of offline_periods.</summary>
internal static class PeriodReads
{
    /// <summary>Many documents in one answer.</summary>
    public static readonly FindOptions<PeriodDocument> LargeBatches = new() { BatchSize = 10_000 };

    /// <summary>See <see cref="IStatusStore.ReadOfflinePeriods"/>.</summary>
    public static async Task<IReadOnlyList<OfflinePeriod>> ReadAsync(
        StatusDatabase database, AgentKey agent, long fromMs, TimeLimit time) =>
        [.. await ByStartAsync(database, LastedAfter(agent.CompanyId, [agent.AgentId], fromMs), time)];

    /// <summary>See <see cref="ISharedStore.ReadOfflinePeriodsOf"/>.</summary>
    public static async Task<ILookup<AgentKey, OfflinePeriod>> ReadAsync(
        StatusDatabase database, IReadOnlyCollection<AgentKey> agents, long afterMs, TimeLimit time)
    {
        if (agents.Count == 0)
            return Array.Empty<OfflinePeriod>().ToLookup(period => period.Agent);
        var clauses = agents.GroupBy(agent => agent.CompanyId, agent => agent.AgentId)
            .Select(company => LastedAfter(company.Key, company, afterMs));
        var periods = await ByStartAsync(database, new("$or", new BsonArray(clauses)), time);
        return periods.ToLookup(period => period.Agent);
    }

    /// <summary>See <see cref="IStatusStore.FindAgentsWithStalePeriods"/>.</summary>
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

    /// <summary>
    /// Those of a company's agents that ended after the instant, and those that last: also those that began after it,
    /// for none ends before it began.
    /// </summary>
    public static BsonDocument LastedAfter(long companyId, IEnumerable<long> agentIds, long instantMs) => new()
    {
        { "company_id", companyId },
        { "agent_id", new BsonDocument("$in", new BsonArray(agentIds)) },
        { "ended_at", new BsonDocument("$not", new BsonDocument("$lte", DocumentFields.Bound(instantMs))) },
    };

    /// <summary>
    /// A find may give a document twice that is written meanwhile: it moves in the index that is being read.
    /// </summary>
    private static async Task<IEnumerable<OfflinePeriod>> ByStartAsync(
        StatusDatabase database, BsonDocument filter, TimeLimit time)
    {
        var periods = new SortedDictionary<(long StartedAtMs, AgentKey Agent), OfflinePeriod>();
        await foreach (var document in database.OfflinePeriods.ReadAsync(filter, time, LargeBatches))
            periods[(document.Period.StartedAtMs, document.Period.Agent)] = document.Period;
        return periods.Values;
    }
}
