using System.Runtime.InteropServices;

namespace AgentStatus.Server.Recording;

/// <summary>Agents whose timelines in memory are to be read anew from the store, which did not answer when they changed
/// or has meanwhile taken in what was spooled. The writer's thread only.</summary>
internal sealed class RebuildQueue
{
    private readonly Dictionary<AgentKey, long> _changedFromMs = [];
    private readonly Queue<AgentKey> _order = new();

    public int Count => _changedFromMs.Count;

    /// <summary>Queues the agent, whose timeline may be wrong from an instant on.</summary>
    public void Add(AgentKey agent, long changedFromMs)
    {
        ref var knownMs = ref CollectionsMarshal.GetValueRefOrAddDefault(_changedFromMs, agent, out var isQueued);
        knownMs = isQueued ? Math.Min(knownMs, changedFromMs) : changedFromMs;
        if (!isQueued) _order.Enqueue(agent);
    }

    public bool Contains(AgentKey agent) => _changedFromMs.ContainsKey(agent);

    /// <summary>Takes the agent that has waited longest; who cannot rebuild it adds it again.</summary>
    public bool TryTake(out AgentChange change)
    {
        change = default;
        if (!_order.TryDequeue(out var agent)) return false;
        _changedFromMs.Remove(agent, out var fromMs);
        change = new AgentChange(agent, fromMs);
        return true;
    }
}
