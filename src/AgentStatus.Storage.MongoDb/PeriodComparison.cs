using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Compares replacements with the stored periods: which of these go, and which of those are not there yet as
/// they are. Nearly always there are none to go, and one find that asks for all agents at once is several times cheaper
/// than a delete for each; and of the periods that a late event has computed anew most are there already.</summary>
/// <param name="Removed">The ids of stored periods to delete, ascending.</param>
/// <param name="Changed">The periods to put, by id.</param>
/// <param name="IsFenced">Whether a newer epoch has written any of them.</param>
internal sealed record PeriodComparison(
    IReadOnlyList<string> Removed, IReadOnlyList<OfflinePeriod> Changed, bool IsFenced)
{
    /// <summary>Replacements from instants of one such stretch are asked for with the least of them; late events, long
    /// ago, are apart (1 h).</summary>
    private const long StretchMs = 60 * 60 * 1000;

    /// <summary>What an older epoch wrote is put again where it is right, too: a late delete of the earlier owner then
    /// finds it out of its reach.</summary>
    public static async Task<PeriodComparison> MakeAsync(
        StatusDatabase database, long epoch, IReadOnlyList<PeriodReplacement> replacements, TimeLimit time)
    {
        var byAgent = replacements.ToDictionary(replacement => replacement.Agent);
        var clauses = replacements
            .GroupBy(replacement => (replacement.Agent.CompanyId, Stretch: replacement.FromMs / StretchMs))
            .Select(stretch => PeriodReads.LastedAfter(
                stretch.Key.CompanyId, stretch.Select(replacement => replacement.Agent.AgentId),
                stretch.Min(replacement => replacement.FromMs)));
        var filter = new BsonDocument("$or", new BsonArray(clauses));
        var removed = new HashSet<string>(StringComparer.Ordinal);
        var changed = replacements.SelectMany(replacement => replacement.Periods)
            .ToDictionary(PeriodDocument.IdOf, StringComparer.Ordinal);
        var isFenced = false;
        await foreach (var document in database.OfflinePeriods.ReadAsync(filter, time, PeriodReads.LargeBatches))
        {
            var (stored, id) = (document.Period, PeriodDocument.IdOf(document.Period));
            if (!byAgent.TryGetValue(stored.Agent, out var replacement))
                continue;
            isFenced |= document.Epoch > epoch;
            if (changed.TryGetValue(id, out var period))
            {
                if (period.Equals(stored) && document.Epoch == epoch)
                    changed.Remove(id);
            }
            else if (!(stored.EndedAtMs <= replacement.FromMs))
            {
                removed.Add(id);
            }
        }

        return new([.. removed], [.. changed.Values], isFenced);
    }
}
