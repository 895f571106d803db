using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The offline periods of a file. Its only server always owns them. A connection of their own writes them
/// without a sync: what a crash of the machine takes back is still pending.</summary>
internal sealed class SqliteOfflinePeriods(SqliteSession session, ReaderPool readers) : IOfflinePeriodStore
{
    private const long OnlyEpoch = 1;

    /// <summary>Rows deleted in one transaction: some milliseconds.</summary>
    private const int Portion = 10_000;

    public long? TryOwn(bool force = false) => OnlyEpoch;

    public void Release()
    {
    }

    public IEnumerable<AgentChange> ReadChangesSinceCheckpoint() =>
        readers.Read(reader => reader.PendingPeriods.Read());

    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough) => true;

    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through)
    {
        // In portions, since appends wait meanwhile.
        while (session.Write(() => session.PendingPeriods.RemoveThrough(through[0].Number, Portion)) == Portion) { }
        return true;
    }

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        readers.Read(reader => reader.OfflinePeriods.Read(agent, fromMs));

    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements) => session.Write(() =>
    {
        foreach (var (agent, fromMs, periods) in replacements) session.OfflinePeriods.Replace(agent, fromMs, periods);
        return true;
    });

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        readers.Read(reader => reader.OfflinePeriods.FindStale(companyId, hoursInForceFromMs));

    public IReadOnlyList<AgentChange> FindLateWrites(long epoch) => [];
}
