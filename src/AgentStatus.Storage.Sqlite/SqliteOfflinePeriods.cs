using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The offline periods of a file. Its only server always owns them. A connection of their own writes them
/// without a sync: what a crash of the machine takes back is still pending.</summary>
internal sealed class SqliteOfflinePeriods(SqliteSession session, ReaderPool readers, CompanyPartition companies)
    : IOfflinePeriodStore
{
    private const long OnlyEpoch = 1;

    /// <summary>Rows deleted in one transaction: some milliseconds.</summary>
    private const int Portion = 10_000;

    /// <summary>Periods put or deleted in one transaction: a millisecond or two.</summary>
    private const int PutPeriods = 256;

    public long? TryOwn(bool force = false) => OnlyEpoch;

    public void Release()
    {
    }

    public IEnumerable<AgentChange> ReadChangesSinceCheckpoint() =>
        readers.Read(reader => reader.PendingPeriods.Read())
            .Where(change => companies.Contains(change.Agent.CompanyId));

    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough) => true;

    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through)
    {
        // In portions, since appends wait meanwhile.
        while (session.Write(() => session.PendingPeriods.RemoveThrough(through[0].Number, Portion)) == Portion) { }
        return true;
    }

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        readers.Read(reader => reader.OfflinePeriods.Read(agent, fromMs));

    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements)
    {
        // In portions, since appends wait meanwhile, and an agent may have very many: what a crash leaves undone is
        // still pending.
        foreach (var portion in replacements.SelectMany(Compare).Chunk(PutPeriods))
        {
            session.Write(() =>
            {
                foreach (var (period, isRemoved) in portion)
                    if (isRemoved) session.OfflinePeriods.Delete(period);
                    else session.OfflinePeriods.Put(period);
                return true;
            });
        }

        return true;
    }

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        readers.Read(reader => reader.OfflinePeriods.FindStale(companyId, hoursInForceFromMs));

    public IReadOnlyList<AgentChange> FindLateWrites(long epoch) => [];

    /// <summary>What is to be deleted and put: of the periods that a late event has computed anew, most are there
    /// already.</summary>
    private IEnumerable<(OfflinePeriod Period, bool IsRemoved)> Compare(PeriodReplacement replacement)
    {
        var stored = Read(replacement.Agent, replacement.FromMs).ToDictionary(period => period.StartedAtMs);
        var changed = replacement.Periods.Where(
            period => !stored.Remove(period.StartedAtMs, out var known) || !known.Equals(period)).ToList();
        return stored.Values.Select(period => (period, true)).Concat(changed.Select(period => (period, false)));
    }
}
