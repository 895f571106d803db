using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Spool;

/// <summary>The offline periods of a store that may not be reachable.</summary>
internal sealed class ReachablePeriods(ReachableStore store) : IOfflinePeriodStore
{
    public long? TryOwn(bool force = false) => store.Ask(it => it.OfflinePeriods.TryOwn(force));

    public void Release() => store.Ask(it => it.OfflinePeriods.Release());

    public IEnumerable<AgentChange>? ReadChangesSinceCheckpoint() =>
        store.Ask(it => it.OfflinePeriods.ReadChangesSinceCheckpoint());

    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough) =>
        store.Ask(it => it.OfflinePeriods.LowerCheckpoint(epoch, shownThrough));

    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through) =>
        store.Ask(it => it.OfflinePeriods.SaveCheckpoint(epoch, through));

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        store.Ask(it => it.OfflinePeriods.Read(agent, fromMs));

    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements) =>
        store.Ask(it => it.OfflinePeriods.Replace(epoch, replacements));

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        store.Ask(it => it.OfflinePeriods.FindStale(companyId, hoursInForceFromMs));

    public IReadOnlyList<AgentChange> FindLateWrites(long epoch) =>
        store.Ask(it => it.OfflinePeriods.FindLateWrites(epoch));
}
