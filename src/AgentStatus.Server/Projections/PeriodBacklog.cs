using AgentStatus.Core;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Projections;

/// <summary>
/// Agents whose offline periods are to be computed anew when nothing newer waits: what an owner before this one left
/// unwritten, periods that a new hours version makes stale, and rebuilds. The projection's thread only.
/// </summary>
internal sealed class PeriodBacklog(Board board, IOfflinePeriodStore periods)
{
    private readonly Queue<Item> _items = new();

    public int Count => _items.Count;

    public void Clear()
    {
        foreach (var item in _items) item.Rebuild?.Fail(new StoreException("Another server took over the offline periods."));
        _items.Clear();
    }

    /// <summary>Adds what a projection that begins has to look at: everything since the last checkpoint.</summary>
    public void AddSinceCheckpoint()
    {
        foreach (var change in periods.ReadChangesSinceCheckpoint() ?? board.Agents.Select(FromTheBeginning)) Add(change, null);
    }

    /// <summary>Adds what an owner before this one wrote under an older epoch after this one began.</summary>
    public void AddLateWrites(long epoch)
    {
        foreach (var change in periods.FindLateWrites(epoch)) Add(change, null);
    }

    /// <summary>Adds the company's agents whose periods lack an hours version, from their first period on.</summary>
    public void AddStale(long companyId, long hoursInForceFromMs)
    {
        foreach (var agentId in periods.FindStale(companyId, hoursInForceFromMs))
        {
            var agent = new AgentKey(companyId, agentId);
            // What was computed without hours can be anywhere.
            if (periods.Read(agent, Limits.FirstInstantMs) is [var first, ..]) Add(new(agent, first.StartedAtMs + 1), null);
        }
    }

    /// <summary>Adds all agents that a rebuild concerns.</summary>
    public void AddAll(PeriodRebuild rebuild)
    {
        var agents = rebuild.CompanyId is { } companyId
            ? board.AgentsOf(companyId).Select(agentId => new AgentKey(companyId, agentId))
            : board.Agents;
        var changes = agents.Select(FromTheBeginning).ToList();
        rebuild.Begin(changes.Count);
        foreach (var change in changes) Add(change, rebuild);
    }

    /// <summary>Takes some, to be written and then counted.</summary>
    public IReadOnlyList<Item> Take(int most)
    {
        var taken = new List<Item>();
        while (taken.Count < most && _items.TryDequeue(out var item)) taken.Add(item);
        return taken;
    }

    /// <summary>Puts back what could not be written.</summary>
    public void Return(IReadOnlyList<Item> items)
    {
        foreach (var item in items) _items.Enqueue(item);
    }

    private static AgentChange FromTheBeginning(AgentKey agent) => new(agent, Limits.FirstInstantMs);

    private void Add(AgentChange change, PeriodRebuild? rebuild) => _items.Enqueue(new Item(change, rebuild));

    /// <summary>An agent, and the rebuild that it belongs to; null: none.</summary>
    internal readonly record struct Item(AgentChange Change, PeriodRebuild? Rebuild);
}
