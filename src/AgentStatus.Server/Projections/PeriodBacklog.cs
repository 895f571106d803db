using System.Runtime.InteropServices;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Projections;

/// <summary>Agents whose offline periods are to be computed anew when nothing newer waits: what an owner before this
/// one left unwritten, periods that a new hours version makes stale, and rebuilds. Each agent once. The projection's
/// thread only.</summary>
internal sealed class PeriodBacklog(TimelineIndex timelines, IOfflinePeriodStore periods)
{
    private readonly Queue<AgentKey> _order = new();
    private readonly Dictionary<AgentKey, Waiting> _waiting = [];

    public int Count => _waiting.Count;

    public void Clear()
    {
        foreach (var rebuild in _waiting.Values.SelectMany(waiting => waiting.Rebuilds))
            rebuild.Fail(new StoreException("Another server took over the offline periods."));
        _waiting.Clear();
        _order.Clear();
    }

    /// <summary>Adds what a new owner has to look at: everything since the last checkpoint.</summary>
    public void AddSinceCheckpoint()
    {
        foreach (var change in periods.ReadChangesSinceCheckpoint() ?? timelines.Agents.Select(FromTheBeginning)) Add(change);
    }

    /// <summary>Adds what an owner before this one wrote under an older epoch after this one began.</summary>
    public void AddLateWrites(long epoch)
    {
        foreach (var change in periods.FindLateWrites(epoch)) Add(change);
    }

    /// <summary>Adds the company's agents whose periods lack an hours version, from their first event on: what was
    /// computed without hours can be anywhere.</summary>
    public void AddStale(long companyId, long hoursInForceFromMs)
    {
        foreach (var agentId in periods.FindStale(companyId, hoursInForceFromMs))
            Add(FromTheBeginning(new AgentKey(companyId, agentId)));
    }

    /// <summary>Adds all agents that a rebuild concerns.</summary>
    public void AddAll(PeriodRebuild rebuild)
    {
        var agents = rebuild.CompanyId is { } companyId
            ? [.. timelines.AgentsOf(companyId).Select(agentId => new AgentKey(companyId, agentId))]
            : timelines.Agents.ToList();
        rebuild.Begin(agents.Count);
        foreach (var agent in agents) Add(FromTheBeginning(agent), rebuild);
    }

    /// <summary>Takes some: each is written and then counted, or added again.</summary>
    public IReadOnlyList<Item> Take(int most)
    {
        var taken = new List<Item>();
        while (taken.Count < most && _order.TryDequeue(out var agent))
        {
            _waiting.Remove(agent, out var waiting);
            taken.Add(new(new(agent, waiting.FromMs), waiting.Rebuilds));
        }

        return taken;
    }

    /// <summary>Adds again what could not be written.</summary>
    public void Return(Item item) => Add(item.Change, [.. item.Rebuilds]);

    private static AgentChange FromTheBeginning(AgentKey agent) => new(agent, Limits.FirstInstantMs);

    private void Add(AgentChange change, params ReadOnlySpan<PeriodRebuild> rebuilds)
    {
        ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, change.Agent, out var isWaiting);
        waiting = isWaiting
            ? new(Math.Min(waiting.FromMs, change.FromMs), [.. waiting.Rebuilds, .. rebuilds])
            : new(change.FromMs, [.. rebuilds]);
        if (!isWaiting) _order.Enqueue(change.Agent);
    }

    /// <summary>An agent, and the rebuilds that wait for it.</summary>
    internal readonly record struct Item(AgentChange Change, IReadOnlyList<PeriodRebuild> Rebuilds);

    private readonly record struct Waiting(long FromMs, PeriodRebuild[] Rebuilds);
}
