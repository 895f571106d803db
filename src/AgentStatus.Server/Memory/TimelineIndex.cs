using System.Collections.Concurrent;

namespace AgentStatus.Server.Memory;

/// <summary>What every agent is doing and was doing: all timelines from memory's horizon on. Any thread reads, without
/// a lock; one thread publishes: the writer, or warm start before it.</summary>
/// <param name="agents">Their timelines, which requests read.</param>
internal sealed class TimelineIndex(AgentTable agents)
{
    private readonly ConcurrentDictionary<long, CompanyAgents> _companies = new(IdComparer.Instance);
    private volatile int _agentCount;
    private volatile bool _warm;

    /// <summary>A timeline has changed and is shown. On the writer's thread, which waits: a handler notes it and
    /// returns.</summary>
    public event Action<TimelineChange>? Changed;

    /// <summary>Whether everything stored is in memory; before that, nothing here answers.</summary>
    public bool IsWarm
    {
        get => _warm;
        set => _warm = value;
    }

    /// <summary>Agents that have an event.</summary>
    public int AgentCount => _agentCount;

    /// <summary>Companies that have an agent with an event.</summary>
    public ICollection<long> Companies => _companies.Keys;

    /// <summary>Slots for <see cref="At"/>. The writer's thread only.</summary>
    public int Slots => agents.Capacity;

    /// <summary>The agent's timeline; that of an agent without events if there is none.</summary>
    public Timeline Find(AgentKey agent) => agents.Find(agent);

    /// <summary>The company's agents that have an event, ascending.</summary>
    public long[] AgentsOf(long companyId) => _companies.TryGetValue(companyId, out var known) ? known.Sorted() : [];

    /// <summary>All agents that have an event, by company, without further order. Any thread.</summary>
    public IEnumerable<AgentKey> Agents =>
        from company in _companies
        from agentId in company.Value.Ids
        select new AgentKey(company.Key, agentId);

    /// <summary>Shows a timeline that has changed to the readers, then tells who follows. The writer's thread only.</summary>
    public void Publish(in TimelineChange change)
    {
        Publish(change.Agent, change.After);
        Changed?.Invoke(change);
    }

    /// <summary>Shows a timeline that says what it said before, or at start. The writer's thread only.</summary>
    public void Publish(AgentKey agent, in Timeline timeline)
    {
        if (!agents.Publish(agent, timeline)) return;
        _companies.GetOrAdd(agent.CompanyId, _ => new CompanyAgents()).Add(agent.AgentId);
        _agentCount = agents.Count;
    }

    /// <summary>What is in a slot, for going through all agents bit by bit. The writer's thread only.</summary>
    public (AgentKey Agent, Timeline Timeline)? At(int slot) => agents.At(slot);
}
