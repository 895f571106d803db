namespace AgentStatus.Storage;

/// <summary>Erases an agent, or all of a company, for good (docs/rules.md, Erasing). Methods block, and throw as those
/// of <see cref="IStatusStore"/> do; but for <see cref="UnderWay"/> the appending thread alone calls them.</summary>
/// <remarks>What is left is a hash of each id that was erased (<see cref="ErasedIds"/>): an event, a retraction or a
/// ring that comes with such an id later is not stored.</remarks>
public interface IErasureStore
{
    /// <summary>Erasures that have begun and not ended, those of an earlier run of the server among them, from when the
    /// store is opened. Nothing is read of whom they are of. Any thread.</summary>
    ErasuresUnderWay UnderWay { get; }

    /// <summary>Begins an erasure: when this returns it goes on at the next start, too, until it has ended. The caller
    /// stores nothing of whom it is of until then. Does nothing where the same is under way.</summary>
    void Begin(Erasure erasure, long nowMs);

    /// <summary>Erases a portion of one that is under way.</summary>
    /// <param name="most">Rows of the portion, about.</param>
    /// <returns>What has been erased in all once nothing is left of it, and the erasure has ended; null: there is more.
    /// Tried again later where <paramref name="mustWait"/> says that another program is in the way.</returns>
    ErasedCounts? EraseNext(Erasure erasure, int most, out bool mustWait);
}

/// <summary>Whom an erasure is of.</summary>
/// <param name="AgentId">0: all of the company.</param>
public readonly record struct Erasure(long CompanyId, long AgentId)
{
    public bool Includes(AgentKey agent) =>
        agent.CompanyId == CompanyId && (AgentId == 0 || agent.AgentId == AgentId);
}

/// <summary>What was erased, by kind.</summary>
/// <param name="Retractions">Those of erased events; of a company also those whose events never came.</param>
/// <param name="HoursVersions">Of a company only.</param>
public readonly record struct ErasedCounts(
    long Events, long Retractions, long CallSteps, long OfflinePeriods, long HoursVersions)
{
    public static ErasedCounts operator +(ErasedCounts left, ErasedCounts right) => new(
        left.Events + right.Events,
        left.Retractions + right.Retractions,
        left.CallSteps + right.CallSteps,
        left.OfflinePeriods + right.OfflinePeriods,
        left.HoursVersions + right.HoursVersions);
}

/// <summary>The erasures that have begun and not ended; mostly none. One thread changes them, any thread asks, without a
/// lock.</summary>
public sealed class ErasuresUnderWay
{
    private volatile Erasure[] _all = [];

    /// <summary>In the order in which they began.</summary>
    public IReadOnlyList<Erasure> All => _all;

    /// <summary>Whether the agent is being erased, alone or with its company.</summary>
    public bool Include(AgentKey agent)
    {
        foreach (var erasure in _all)
            if (erasure.Includes(agent)) return true;
        return false;
    }

    /// <summary>Whether all of the company is being erased.</summary>
    public bool IncludeAllOf(long companyId)
    {
        foreach (var erasure in _all)
            if (erasure == new Erasure(companyId, AgentId: 0)) return true;
        return false;
    }

    /// <summary>Adds one that is not there.</summary>
    public void Add(Erasure erasure) => _all = [.. _all, erasure];

    public void Remove(Erasure erasure) => _all = [.. _all.Where(one => one != erasure)];
}
