using System.Collections.Concurrent;
using AgentStatus.Core;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Memory;

/// <summary>
/// What every agent is doing and was doing: all timelines from memory's horizon on. Any thread reads, without a lock;
/// one thread publishes: the writer, or warm start before it.
/// </summary>
internal sealed class Board
{
    private readonly AgentTable _agents = new();
    private readonly ConcurrentDictionary<long, CompanyAgents> _companies = new(IdComparer.Instance);
    private volatile int _agentCount;
    private volatile bool _warm;

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
    public int Slots => _agents.Capacity;

    /// <summary>The agent's timeline; that of an agent without events if there is none.</summary>
    public Timeline Find(AgentKey agent) => _agents.Find(agent);

    /// <summary>Has what is asked about an agent next brought near, and does not wait for it.</summary>
    public void Prefetch(AgentKey agent) => _agents.Prefetch(agent);

    /// <summary>What the agent is at an instant; false if the store has to be asked.</summary>
    public bool TryAt(AgentKey agent, long instantMs, out StatusAt answer) =>
        _agents.TryAt(agent, instantMs, out answer);

    /// <summary>The company's agents that have an event, ascending.</summary>
    public long[] AgentsOf(long companyId) => _companies.TryGetValue(companyId, out var agents) ? agents.Sorted() : [];

    /// <summary>Shows a timeline to the readers. The writer's thread only.</summary>
    public void Publish(AgentKey agent, in Timeline timeline)
    {
        if (!_agents.Publish(agent, timeline)) return;
        _companies.GetOrAdd(agent.CompanyId, _ => new CompanyAgents()).Add(agent.AgentId);
        _agentCount = _agents.Count;
    }

    /// <summary>What is in a slot, for going through all agents bit by bit. The writer's thread only.</summary>
    public (AgentKey Agent, Timeline Timeline)? At(int slot) => _agents.At(slot);
}
