using AgentStatus.Core;

namespace AgentStatus.Server.Recording;

/// <summary>
/// Agents whose offline periods, and perhaps whose timeline in memory, are yet to be made anew from the store: it did
/// not answer when they changed, or a server that went away left them half-written. The writer's thread only.
/// </summary>
internal sealed class OwedAgents
{
    private readonly Dictionary<AgentKey, Debt> _debts = [];

    public int Count => _debts.Count;

    /// <summary>What an agent's timeline says from an instant on is not yet what the stored periods say.</summary>
    /// <param name="agent">Whose.</param>
    /// <param name="changedFromMs">From when on something may be wrong.</param>
    /// <param name="reload">Whether memory does not have the timeline right either.</param>
    public void Add(AgentKey agent, long changedFromMs, bool reload)
    {
        var known = _debts.GetValueOrDefault(agent, new Debt(long.MaxValue, false));
        _debts[agent] = new Debt(Math.Min(known.ChangedFromMs, changedFromMs), known.Reload || reload);
    }

    public bool Contains(AgentKey agent) => _debts.ContainsKey(agent);

    /// <summary>A portion of them, to be paid and then removed.</summary>
    public (AgentKey Agent, Debt Debt)[] Portion(int most) => [.. _debts.Take(most).Select(owed => (owed.Key, owed.Value))];

    public void Remove(AgentKey agent) => _debts.Remove(agent);

    /// <summary>What is owed for one agent.</summary>
    public readonly record struct Debt(long ChangedFromMs, bool Reload);
}
