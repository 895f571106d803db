using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using MongoDB.Bson;

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
    public static async Task<PeriodComparison> MakeAsync(
        StatusDatabase database, IReadOnlyDictionary<AgentKey, PeriodReplacement> replacements, TimeLimit time)
    {
        var clauses = replacements.Values.GroupBy(replacement => replacement.Agent.CompanyId).SelectMany(
            company => AskFor(company.Key, [.. company.OrderByDescending(replacement => replacement.FromMs)]));
        var filter = new BsonDocument("$or", new BsonArray(clauses));
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        var changed = new SortedDictionary<string, OfflinePeriod>(StringComparer.Ordinal);
        foreach (var period in replacements.Values.SelectMany(replacement => replacement.Periods))
            changed.Add(PeriodDocument.IdOf(period), period);
        await foreach (var document in database.OfflinePeriods.ReadAsync(filter, time, PeriodReads.LargeBatches))
        {
            var (stored, id) = (document.Period, PeriodDocument.IdOf(document.Period));
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
    private static IEnumerable<BsonDocument> AskFor(long companyId, PeriodReplacement[] latestFirst)
    {
        for (var begin = 0; begin < latestFirst.Length;)
        {
            var end = begin + 1;
            while (end < latestFirst.Length && AreClose(latestFirst[begin].FromMs, latestFirst[end].FromMs))
                end++;
            var agentIds = latestFirst[begin..end].Select(replacement => replacement.Agent.AgentId);
            yield return PeriodReads.LastedAfter(companyId, agentIds, latestFirst[end - 1].FromMs);
            begin = end;
        }
    }

    /// <summary>As unsigned, the difference of any two instants is exact.</summary>
    private static bool AreClose(long laterMs, long earlierMs) => unchecked((ulong)(laterMs - earlierMs)) <= CloseMs;
}
