using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of offline_periods.</summary>
internal static class PeriodReads
{
    /// <summary>See <see cref="IStatusStore.ReadOfflinePeriods"/>.</summary>
    public static IReadOnlyList<OfflinePeriod> Read(MongoClient client, AgentKey agent, long fromMs)
    {
        var filter = new BsonWriter().Begin().FromOn(agent, fromMs);
        using var cursor = client.Find(Collections.OfflinePeriods, filter.Finish());
        return [.. ByStart(cursor)];
    }

    /// <summary>See <see cref="ISharedStore.ReadOfflinePeriodsOf"/>.</summary>
    public static ILookup<AgentKey, OfflinePeriod> Read(
        MongoClient client, IReadOnlyCollection<AgentKey> agents, long afterMs)
    {
        if (agents.Count == 0)
            return Array.Empty<OfflinePeriod>().ToLookup(period => period.Agent);
        var filter = new BsonWriter(16 * 1024).Begin().BeginArray("$or"u8);
        foreach (var company in agents.GroupBy(agent => agent.CompanyId, agent => agent.AgentId, IdComparer.Instance))
            filter.BeginDocument().LastedAfter(company.Key, company, afterMs).End();
        var options = new BsonWriter().Begin().Int32("batchSize"u8, 10_000);
        using var cursor = client.Find(Collections.OfflinePeriods, filter.End().Finish(), options.Finish());
        return ByStart(cursor).ToLookup(period => period.Agent);
    }

    /// <summary>See <see cref="IStatusStore.FindAgentsWithStalePeriods"/>.</summary>
    public static IReadOnlyList<long> FindStale(MongoClient client, long companyId, long hoursInForceFromMs)
    {
        var filter = new BsonWriter().Begin().Int64("company_id"u8, companyId).BeginArray("$or"u8)
            .BeginDocument().Null("hours_in_force_from"u8).End()
            .BeginDocument().OlderThan(hoursInForceFromMs).Null("ended_at"u8).End()
            .BeginDocument().OlderThan(hoursInForceFromMs)
            .BeginDocument("ended_at"u8).Bound("$gt"u8, hoursInForceFromMs).End().End()
            .End();
        var options = new BsonWriter().Begin()
            .BeginDocument("projection"u8).Int32("_id"u8, 0).Int32("agent_id"u8, 1).End();
        using var cursor = client.Find(Collections.OfflinePeriods, filter.Finish(), options.Finish());
        var agentIds = new HashSet<long>(IdComparer.Instance);
        while (cursor.TryNext(out var document))
            agentIds.Add(MongoFailures.Decode(Collections.OfflinePeriods, document, ReadAgentId));
        return [.. agentIds];
    }

    /// <summary>
    /// The agent's periods that lasted after the instant or last: also those that began after it, for none ends before
    /// it began.
    /// </summary>
    public static BsonWriter FromOn(this BsonWriter filter, AgentKey agent, long fromMs) =>
        filter.Agent(agent).LastedAfter(fromMs);

    /// <summary>Those that ended after the instant, and those that last.</summary>
    public static BsonWriter LastedAfter(this BsonWriter filter, long instantMs) => filter
        .BeginDocument("ended_at"u8).BeginDocument("$not"u8).Bound("$lte"u8, instantMs).End().End();

    /// <summary>Those of a company's agents that ended after the instant, and those that last.</summary>
    public static BsonWriter LastedAfter(
        this BsonWriter filter, long companyId, IEnumerable<long> agentIds, long instantMs)
    {
        filter.Int64("company_id"u8, companyId).BeginDocument("agent_id"u8).BeginArray("$in"u8);
        foreach (var agentId in agentIds)
            filter.Int64(default, agentId);
        return filter.End().End().LastedAfter(instantMs);
    }

    /// <summary>
    /// A find may give a document twice that is written meanwhile: it moves in the index that is being read.
    /// </summary>
    private static IEnumerable<OfflinePeriod> ByStart(MongoCursor cursor)
    {
        var periods = new SortedDictionary<(long StartedAtMs, AgentKey Agent), OfflinePeriod>();
        while (cursor.TryNext(out var document))
        {
            var period = MongoFailures.Decode(Collections.OfflinePeriods, document, PeriodDocument.Read);
            periods[(period.StartedAtMs, period.Agent)] = period;
        }

        return periods.Values;
    }

    private static BsonWriter OlderThan(this BsonWriter filter, long hoursInForceFromMs) =>
        filter.BeginDocument("hours_in_force_from"u8).Bound("$lt"u8, hoursInForceFromMs).End();

    private static long ReadAgentId(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("agent_id"u8);
        return reader.GetInt64();
    }
}
