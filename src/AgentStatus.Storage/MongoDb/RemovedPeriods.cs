using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Finds the stored periods that replacements remove. Nearly always there are none, and one find that asks for all
/// agents at once is several times cheaper than a delete for each.
/// </summary>
internal static class RemovedPeriods
{
    /// <summary>Replacements from instants so close together are asked for with the least of them (1 h).</summary>
    private const long CloseMs = 60 * 60 * 1000;

    /// <summary>Returns the ids of those to delete.</summary>
    public static List<string> Find(MongoClient client, IReadOnlyDictionary<AgentKey, PeriodReplacement> replacements)
    {
        var filter = new BsonWriter(16 * 1024).Begin().BeginArray("$or"u8);
        foreach (var company in replacements.Values.GroupBy(replacement => replacement.Agent.CompanyId))
            AskFor(filter, company.Key, [.. company.OrderByDescending(replacement => replacement.FromMs)]);
        var options = new BsonWriter().Begin()
            .BeginDocument("projection"u8)
            .Int32("company_id"u8, 1).Int32("agent_id"u8, 1).Int32("started_at"u8, 1).Int32("ended_at"u8, 1)
            .End()
            .Int32("batchSize"u8, 10_000);
        using var cursor = client.Find(Collections.OfflinePeriods, filter.End().Finish(), options.Finish());
        var removed = new List<string>();
        while (cursor.TryNext(out var document))
        {
            var (id, agent, startedAtMs, endedAtMs) = MongoFailures.Decode(Collections.OfflinePeriods, document, Read);
            if (replacements.TryGetValue(agent, out var replacement) && replacement.Removes(startedAtMs, endedAtMs))
                removed.Add(id);
        }

        return removed;
    }

    /// <summary>A clause for each stretch of close instants: late events, long ago, are apart.</summary>
    private static void AskFor(BsonWriter filter, long companyId, PeriodReplacement[] latestFirst)
    {
        for (var begin = 0; begin < latestFirst.Length;)
        {
            var end = begin + 1;
            while (end < latestFirst.Length && AreClose(latestFirst[begin].FromMs, latestFirst[end].FromMs))
                end++;
            filter.BeginDocument().Int64("company_id"u8, companyId).BeginDocument("agent_id"u8).BeginArray("$in"u8);
            foreach (var replacement in latestFirst.AsSpan(begin..end))
                filter.Int64(default, replacement.Agent.AgentId);
            filter.End().End().LastedAfter(latestFirst[end - 1].FromMs).End();
            begin = end;
        }
    }

    /// <summary>As unsigned, the difference of any two instants is exact.</summary>
    private static bool AreClose(long laterMs, long earlierMs) => unchecked((ulong)(laterMs - earlierMs)) <= CloseMs;

    private static (string Id, AgentKey Agent, long StartedAtMs, long? EndedAtMs) Read(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("_id"u8);
        var id = reader.GetString();
        reader.Require("company_id"u8);
        var companyId = reader.GetInt64();
        reader.Require("agent_id"u8);
        var agent = new AgentKey(companyId, reader.GetInt64());
        reader.Require("started_at"u8);
        return (id, agent, reader.GetDate(), reader.RequireDateOrNull("ended_at"u8));
    }
}
