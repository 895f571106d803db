using AgentStatus.Core.Rings;

namespace AgentStatus.Storage;

/// <summary>Erases an agent, or all of a company, for good (docs/rules.md, Erasing). Methods block, and throw as those
/// of <see cref="IStatusStore"/> do; but for <see cref="UnderWay"/> the appending thread alone calls them.</summary>
/// <remarks>What is left is a hash of each id that was erased (<see cref="ErasedIds"/>): an event, a retraction or a
/// ring that comes with such an id later is not stored. Of a store that several servers use, each of them forgets whom
/// an erasure is of, and acknowledges that; then one of them erases, and it ends for each when its
/// <see cref="IChangeFeed"/> has told of the end.</remarks>
public interface IErasureStore
{
    /// <summary>Erasures that have begun and not ended, those of an earlier run of the server and of other servers
    /// among them, from when the store is opened. Nothing is read of whom they are of. Any thread.</summary>
    ErasuresUnderWay UnderWay { get; }

    /// <summary>Begins an erasure: when this returns it goes on at the next start, too, until it has ended. The caller
    /// stores nothing of whom it is of until then. Does nothing where the same is under way.</summary>
    void Begin(Erasure erasure, long nowMs);

    /// <summary>Notes that this server has forgotten whom an erasure that is under way is of, stores nothing of it
    /// until the end, and has nothing of it in its spool.</summary>
    void Acknowledge(Erasure erasure)
    {
    }

    /// <summary>Has this server acknowledge for these, too: what it was in earlier runs, which have surely ended.
    /// Before it is used.</summary>
    void AnswerFor(IEnumerable<string> serverIds)
    {
    }

    /// <summary>Erases a portion of one that is under way. Of several servers one at a time does that, after it has
    /// acknowledged.</summary>
    /// <param name="most">Rows of the portion, about.</param>
    /// <param name="waitsFor">What is in the way, for people to read: it is tried again later. Null: nothing
    /// is.</param>
    /// <returns>What has been erased in all once nothing is left of it, and the erasure has ended; null: there is
    /// more.</returns>
    ErasedCounts? EraseNext(Erasure erasure, int most, out string? waitsFor);

    /// <summary>What the erasing came to that another server has ended; it is under way no more then, and this is told
    /// once. Null: it has not ended.</summary>
    ErasedCounts? TakeEnd(Erasure erasure) => null;

    /// <summary>Takes out of what lay in a spool what was recorded of an agent before an erasure of it ended: of that a
    /// hash of each id is kept, and no more.</summary>
    IReadOnlyList<EventToAppend> WithoutErased(IReadOnlyList<EventToAppend> spooled) => spooled;

    /// <inheritdoc cref="WithoutErased(IReadOnlyList{EventToAppend})"/>
    IReadOnlyList<CallStep> WithoutErased(IReadOnlyList<CallStep> spooled) => spooled;

    /// <summary>Takes out those that were recorded before an erasure of their company ended.</summary>
    IReadOnlyList<Retraction> WithoutErased(IReadOnlyList<Retraction> spooled) => spooled;
}

/// <summary>Whom an erasure is of.</summary>
/// <param name="AgentId">0: all of the company.</param>
public readonly record struct Erasure(long CompanyId, long AgentId)
{
    public bool Includes(AgentKey agent) =>
        agent.CompanyId == CompanyId && (AgentId == 0 || agent.AgentId == AgentId);
}

/// <summary>An erasure that has ended, of which its hash alone is kept (<see cref="ErasedIds.Of"/>).</summary>
public sealed record EndedErasure(long CompanyId, byte[] Hash)
{
    public bool Included(AgentKey agent) => agent.CompanyId == CompanyId
        && (Hash.AsSpan().SequenceEqual(ErasedIds.Of(new(CompanyId, AgentId: 0)))
            || Hash.AsSpan().SequenceEqual(ErasedIds.Of(new(CompanyId, agent.AgentId))));
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

/// <summary>The erasures that have begun and not ended; mostly none. Any thread asks, without a lock.</summary>
public sealed class ErasuresUnderWay
{
    private readonly Lock _changing = new();
    private volatile Erasure[] _all = [];

    /// <summary>In the order in which they came to be known here.</summary>
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

    /// <summary>Adds one; false where it is there.</summary>
    public bool Add(Erasure erasure)
    {
        lock (_changing)
        {
            if (_all.Contains(erasure)) return false;
            _all = [.. _all, erasure];
            return true;
        }
    }

    public void Remove(Erasure erasure)
    {
        lock (_changing) _all = [.. _all.Where(one => one != erasure)];
    }
}
