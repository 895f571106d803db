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

    /// <summary>See <see cref="IOfflinePeriodStore.Read"/>.</summary>
    public static async Task<IReadOnlyList<OfflinePeriod>> ReadAsync(
        StatusDatabase database, AgentKey agent, long fromMs, TimeLimit time) =>
        [.. await ByStartAsync(database, LastedAfter(agent.CompanyId, [agent.AgentId], fromMs), time)];

    /// <summary>The agents with periods that older epochs wrote since an instant, and where these begin.</summary>
    public static async Task<IReadOnlyList<AgentChange>> FindOfOlderEpochsAsync(
        StatusDatabase database, long epoch, long writtenSinceMs, TimeLimit time)
    {
        var filter = new BsonDocument
        {
            { "written_at", new BsonDocument("$gte", DocumentFields.Bound(writtenSinceMs)) },
            { "epoch", new BsonDocument("$lt", epoch) },
        };
        var found = new List<AgentChange>();
        await foreach (var document in database.OfflinePeriods.ReadAsync(filter, time, LargeBatches))
            found.Add(new(document.Period.Agent, document.Period.StartedAtMs + 1));
        return found;
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
