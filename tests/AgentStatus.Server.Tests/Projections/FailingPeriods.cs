using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Server.Tests.Projections;

/// <summary>Real stored periods, whose writes fail or find a newer owner's as the test says.</summary>
internal sealed class FailingPeriods(IOfflinePeriodStore periods) : IOfflinePeriodStore
{
    private int _refused;
    private int _repeated;

    /// <summary>Thrown by writes.</summary>
    public volatile Exception? Failure;

    /// <summary>What happens before a write, when its periods are computed.</summary>
    public volatile Action? BeforeWrite;

    /// <summary>Whether another server owns the periods.</summary>
    public volatile bool IsFenced;

    /// <summary>The agent whose periods alone cannot be written; 0: none.</summary>
    public long FailsFor;

    /// <summary>What the next search for late writes finds, besides what there is.</summary>
    public volatile AgentChange[] LateWrites = [];

    /// <summary>Writes that failed.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Writes that had an agent twice.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    public long? TryOwn(bool force = false) => IsFenced ? null : periods.TryOwn(force);

    public void Release() => periods.Release();

    public IEnumerable<AgentChange>? ReadChangesSinceCheckpoint() => periods.ReadChangesSinceCheckpoint();

    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough) =>
        periods.LowerCheckpoint(epoch, shownThrough);

    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through) =>
        periods.SaveCheckpoint(epoch, through);

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) => periods.Read(agent, fromMs);

    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements)
    {
        BeforeWrite?.Invoke();
        if (IsFenced) return false;
        if (replacements.DistinctBy(one => one.Agent).Count() < replacements.Count)
            Interlocked.Increment(ref _repeated);
        var failure = Failure
            ?? (replacements.Any(one => one.Agent.AgentId == FailsFor)
                ? new StoreException("told to fail for one")
                : null);
        if (failure is null) return periods.Replace(epoch, replacements);
        Interlocked.Increment(ref _refused);
        throw failure;
    }

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        periods.FindStale(companyId, hoursInForceFromMs);

    public IReadOnlyList<AgentChange> FindLateWrites(long epoch) => [.. periods.FindLateWrites(epoch), .. LateWrites];
}
