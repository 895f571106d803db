using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Spool;

/// <summary>The offline periods of a store that may not be reachable.</summary>
internal sealed class ReachablePeriods(ReachableStore store) : IOfflinePeriodStore
{
    /// <inheritdoc/>
    public long? TryOwn(bool force = false) => store.Ask(it => it.OfflinePeriods.TryOwn(force));

    /// <inheritdoc/>
    public void Release() => store.Ask(it => it.OfflinePeriods.Release());

    /// <inheritdoc/>
    public IEnumerable<AgentChange>? ReadChangesSinceCheckpoint() =>
        store.Ask(it => it.OfflinePeriods.ReadChangesSinceCheckpoint());

    /// <inheritdoc/>
    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough) =>
        store.Ask(it => it.OfflinePeriods.LowerCheckpoint(epoch, shownThrough));

    /// <inheritdoc/>
    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through) =>
        store.Ask(it => it.OfflinePeriods.SaveCheckpoint(epoch, through));

    /// <inheritdoc/>
    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        store.Ask(it => it.OfflinePeriods.Read(agent, fromMs));

    /// <inheritdoc/>
    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements) =>
        store.Ask(it => it.OfflinePeriods.Replace(epoch, replacements));

    /// <inheritdoc/>
    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        store.Ask(it => it.OfflinePeriods.FindStale(companyId, hoursInForceFromMs));

    /// <inheritdoc/>
    public IReadOnlyList<AgentChange> FindLateWrites(long epoch) =>
        store.Ask(it => it.OfflinePeriods.FindLateWrites(epoch));
}
