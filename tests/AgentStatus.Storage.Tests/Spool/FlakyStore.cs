using AgentStatus.Core.Rings;
using AgentStatus.Core.Timelines;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests.Spool;

/// <summary>A shared store without transactions that fails as its database is told.</summary>
internal sealed class FlakyStore(FlakyDatabase database, SqliteStatusStore inner)
    : IStatusStore, ISharedStore, IOfflinePeriodStore, ICallStepStore
{
    public string Description => inner.Description;

    public IOfflinePeriodStore OfflinePeriods => this;

    public ICallStepStore CallSteps => this;

    public IAuditStore Audit => inner.Audit;

    public IRetentionStore? Retention => inner.Retention;

    public IErasureStore Erasure => inner.Erasure;

    public ISharedStore Shared => this;

    public ISpool? Spool => null;

    public ServerNumber StoredThrough => inner.StoredThrough;

    public IChangeFeed Follow() => throw new NotSupportedException("Nobody follows here.");

    public void Probe() => database.Probe();

    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) => database.Write(() =>
    {
        foreach (var one in rejected) database.Rejected.TryAdd(one.Event, one);
        return true;
    });

    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events) =>
        database.Write(() => database.Append(events), () => database.AppendLater(events));

    public CallLimits? FindCallLimits() => Read(store => store.FindCallLimits());

    public CallLimits KeepCallLimits(CallLimits limits, bool replace) =>
        database.Write(() => inner.KeepCallLimits(limits, replace));

    public Retractions Retractions => inner.Retractions;

    public void LoadRetractions() => Read(store =>
    {
        store.LoadRetractions();
        return true;
    });

    public IReadOnlyList<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most) =>
        Read(store => store.ReadHistory(agent, after, toMs, most));

    public Retraction? FindRetraction(StatusEvent e) => Read(store => store.FindRetraction(e));

    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions) =>
        database.Write(() => inner.Retract(retractions));

    public StoredHours AddHours(StoredHours hours) => database.Write(() => inner.AddHours(hours));

    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) =>
        Read(store => store.ReadEvents(agent, fromMs, toMs));

    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) => Read(store => store.ReadMemory(horizonMs));

    public IEnumerable<StoredHours> ReadHours() => Read(store => store.ReadHours());

    public long? TryOwn(bool force = false) => Read(store => store.OfflinePeriods.TryOwn(force));

    public void Release() => Read(_ => true);

    public IEnumerable<AgentChange>? ReadChangesSinceCheckpoint() =>
        Read(store => store.OfflinePeriods.ReadChangesSinceCheckpoint());

    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough) => database.Write(() => true);

    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through) =>
        database.Write(() => inner.OfflinePeriods.SaveCheckpoint(epoch, through));

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        Read(store => store.OfflinePeriods.Read(agent, fromMs));

    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements) =>
        database.Write(() => inner.OfflinePeriods.Replace(epoch, replacements));

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        Read(store => store.OfflinePeriods.FindStale(companyId, hoursInForceFromMs));

    public IReadOnlyList<AgentChange> FindLateWrites(long epoch) => Read(_ => Array.Empty<AgentChange>());

    public IReadOnlyList<KeepResult> Keep(IReadOnlyList<CallStep> steps) =>
        database.Write(() => inner.CallSteps.Keep(steps));

    public IReadOnlyList<CallStep> Read(StepQuery query, IReadOnlyList<long> callIds, int most) =>
        Read(store => store.CallSteps.Read(query, callIds, most));

    public CallScan Find(StepQuery query, CallAt after, int most) =>
        Read(store => store.CallSteps.Find(query, after, most));

    public void AddRejected(IReadOnlyList<CallStep> rejected) => database.Write(() =>
    {
        database.RejectedSteps.AddRange(rejected);
        return true;
    });

    public void Dispose() => inner.Dispose();

    private T Read<T>(Func<SqliteStatusStore, T> read)
    {
        database.Read();
        return read(inner);
    }
}
