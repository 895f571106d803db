using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Compares replacements with the stored periods: which of these go, and which of those are not there yet as they are.
/// Nearly always there are none to go, and one find that asks for all agents at once is several times cheaper than a
/// delete for each; and of the periods that a late event has computed anew most are there already.
/// </summary>
/// <param name="Removed">The ids of stored periods to delete, ascending.</param>
/// <param name="Changed">The periods to put, by id.</param>
internal sealed record PeriodComparison(IReadOnlyList<string> Removed, IReadOnlyList<OfflinePeriod> Changed)
{
    /// <summary>Replacements from instants so close together are asked for with the least of them (1 h).</summary>
    private const long CloseMs = 60 * 60 * 1000;

    /// <summary>
    /// Sorted, since several servers write the same periods at once: where a database locks them one after the other,
    /// none waits for the other in a circle.
    /// </summary>
    public static PeriodComparison Make(MongoClient client, IReadOnlyDictionary<AgentKey, PeriodReplacement> replacements)
    {
        var filter = new BsonWriter(16 * 1024).Begin().BeginArray("$or"u8);
        foreach (var company in replacements.Values.GroupBy(replacement => replacement.Agent.CompanyId, IdComparer.Instance))
            AskFor(filter, company.Key, [.. company.OrderByDescending(replacement => replacement.FromMs)]);
        var options = new BsonWriter().Begin().Int32("batchSize"u8, 10_000);
        using var cursor = client.Find(Collections.OfflinePeriods, filter.End().Finish(), options.Finish());
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        var changed = new SortedDictionary<string, OfflinePeriod>(StringComparer.Ordinal);
        foreach (var period in replacements.Values.SelectMany(replacement => replacement.Periods))
            changed.Add(PeriodDocument.Id(period), period);
        while (cursor.TryNext(out var document))
        {
            var stored = MongoFailures.Decode(Collections.OfflinePeriods, document, PeriodDocument.Read);
            var id = PeriodDocument.Id(stored);
            if (!replacements.TryGetValue(stored.Agent, out var replacement))
                continue;
            if (changed.TryGetValue(id, out var period))
            {
                if (period.Equals(stored))
                    changed.Remove(id);
            }
            else if (replacement.Removes(stored.EndedAtMs))
            {
                removed.Add(id);
            }
        }

        return new([.. removed], [.. changed.Values]);
    }

    /// <summary>A clause for each stretch of close instants: late events, long ago, are apart.</summary>
    private static void AskFor(BsonWriter filter, long companyId, PeriodReplacement[] latestFirst)
    {
        for (var begin = 0; begin < latestFirst.Length;)
        {
            var end = begin + 1;
            while (end < latestFirst.Length && AreClose(latestFirst[begin].FromMs, latestFirst[end].FromMs))
                end++;
            var agentIds = latestFirst[begin..end].Select(replacement => replacement.Agent.AgentId);
            filter.BeginDocument().LastedAfter(companyId, agentIds, latestFirst[end - 1].FromMs).End();
            begin = end;
        }
    }

    /// <summary>As unsigned, the difference of any two instants is exact.</summary>
    private static bool AreClose(long laterMs, long earlierMs) => unchecked((ulong)(laterMs - earlierMs)) <= CloseMs;
}
