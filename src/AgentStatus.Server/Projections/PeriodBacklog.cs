using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Projections;

/// <summary>Agents whose offline periods are to be computed anew when nothing newer waits: what an owner before this
/// one left unwritten, periods that a new hours version makes stale, and rebuilds. The projection's thread
/// only.</summary>
internal sealed class PeriodBacklog(TimelineIndex timelines, IOfflinePeriodStore periods)
{
    private readonly ChangeQueue _waiting = new();
    private readonly List<PeriodRebuild> _rebuilds = [];

    public int Count => _waiting.Count;

    public void Clear()
    {
        var failure = new StoreException("Another server took over the offline periods.");
        foreach (var rebuild in _rebuilds) rebuild.Fail(failure);
        _rebuilds.Clear();
        _waiting.Clear();
    }

    /// <summary>Adds what a new owner has to look at: everything since the last checkpoint.</summary>
    public void AddSinceCheckpoint()
    {
        if (periods.ReadChangesSinceCheckpoint() is { } changes) Add(changes);
        else AddWhole(timelines.Agents);
    }

    /// <summary>Adds what an owner before this one wrote under an older epoch after this one began.</summary>
    public void AddLateWrites(long epoch) => Add(periods.FindLateWrites(epoch));

    /// <summary>Adds the company's agents whose periods lack an hours version, from their first event on: what was
    /// computed without hours can be anywhere.</summary>
    public void AddStale(long companyId, long hoursInForceFromMs) =>
        AddWhole(periods.FindStale(companyId, hoursInForceFromMs).Select(agentId => new AgentKey(companyId, agentId)));

    /// <summary>Adds all agents that a rebuild concerns.</summary>
    public void AddAll(PeriodRebuild rebuild)
    {
        rebuild.Begin(rebuild.CompanyId is { } companyId
            ? timelines.AgentsOf(companyId).Select(agentId => new AgentKey(companyId, agentId))
            : timelines.Agents);
        AddWhole(rebuild.Left);
        if (rebuild.Left.Count > 0) _rebuilds.Add(rebuild);
    }

    /// <summary>Takes some: each is written, or added again.</summary>
    public AgentChange[] Take(int most) => _waiting.Take(most, agent => timelines.Find(agent).Count);

    /// <summary>What was taken is written, but for these.</summary>
    public void Return(AgentChange[] taken, IReadOnlyCollection<AgentChange> unwritten)
    {
        Add(unwritten);
        foreach (var rebuild in _rebuilds) rebuild.CountWritten(taken.Except(unwritten));
        _rebuilds.RemoveAll(rebuild => rebuild.Left.Count == 0);
    }

    private void Add(IEnumerable<AgentChange> changes)
    {
        foreach (var (agent, fromMs) in changes) _waiting.Add(agent, fromMs);
    }

    private void AddWhole(IEnumerable<AgentKey> agents) =>
        Add(agents.Select(agent => new AgentChange(agent, Limits.FirstInstantMs)));
}
