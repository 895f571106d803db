using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests.Spool;

/// <summary>A shared store without transactions that fails as its database is told.</summary>
internal sealed class FlakyStore(FlakyDatabase database, SqliteStatusStore inner) : ISharedStore
{
    public string Description => inner.Description;

    public IChangeFeed Follow() => throw new NotSupportedException("Nobody follows here.");

    public void Probe() => database.Probe();

    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) => database.Write(() =>
    {
        foreach (var one in rejected)
            database.Rejected.TryAdd(one.Event, one);
        return true;
    });

    public IStoreBatch BeginBatch()
    {
        database.Read();
        return new Batch(database, inner);
    }

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        Read(store => store.ReadEvents(agent, fromMs, toMs));

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) => Read(store => store.ReadMemory(horizonMs));

    public IEnumerable<StoredHours> ReadHours() => Read(store => store.ReadHours());

    public IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs) =>
        Read(store => store.ReadOfflinePeriods(agent, fromMs));

    public ILookup<AgentKey, OfflinePeriod> ReadOfflinePeriodsOf(IReadOnlyCollection<AgentKey> agents, long afterMs) =>
        Read(store => agents.SelectMany(agent => store.ReadOfflinePeriods(agent, afterMs))
            .ToLookup(period => period.Agent));

    public IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs) =>
        Read(store => store.FindAgentsWithStalePeriods(companyId, hoursInForceFromMs));

    public void Dispose() => inner.Dispose();

    private T Read<T>(Func<SqliteStatusStore, T> read)
    {
        database.Read();
        return read(inner);
    }

    private sealed class Batch(FlakyDatabase database, SqliteStatusStore inner) : IStoreBatch
    {
        public bool AddsAtOnce => true;

        public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events) =>
            database.Write(() => database.Append(events), () => database.AppendLater(events));

        public StoredHours AddHours(StoredHours hours) => Write(batch => batch.AddHours(hours));

        public void ReplaceOfflinePeriods(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods) =>
            Write(batch =>
            {
                batch.ReplaceOfflinePeriods(agent, fromMs, periods);
                return true;
            });

        public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs)
        {
            database.Read();
            return inner.ReadEvents(agent, fromMs, toMs);
        }

        public void Commit() => database.Write(() => true);

        public void Dispose()
        {
        }

        private T Write<T>(Func<IStoreBatch, T> write) => database.Write(() =>
        {
            using var batch = inner.BeginBatch();
            var result = write(batch);
            batch.Commit();
            return result;
        });
    }
}
