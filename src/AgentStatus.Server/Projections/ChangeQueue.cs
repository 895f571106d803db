using System.Runtime.InteropServices;

namespace AgentStatus.Server.Projections;

/// <summary>Agents that wait to be worked out anew, each once, with the earliest instant that may have changed. One
/// thread.</summary>
internal sealed class ChangeQueue
{
    private readonly Dictionary<AgentKey, long> _fromMs = [];
    private readonly Queue<AgentKey> _order = new();

    public int Count => _fromMs.Count;

    public void Add(AgentKey agent, long fromMs)
    {
        ref var knownMs = ref CollectionsMarshal.GetValueRefOrAddDefault(_fromMs, agent, out var isQueued);
        knownMs = isQueued ? Math.Min(knownMs, fromMs) : fromMs;
        if (!isQueued) _order.Enqueue(agent);
    }

    public bool Contains(AgentKey agent) => _fromMs.ContainsKey(agent);

    /// <summary>Takes the agents that have waited longest; who cannot work one out adds it again.</summary>
    public AgentChange[] Take(int most)
    {
        var taken = new AgentChange[Math.Min(most, _order.Count)];
        for (var i = 0; i < taken.Length; i++)
        {
            var agent = _order.Dequeue();
            _fromMs.Remove(agent, out var fromMs);
            taken[i] = new(agent, fromMs);
        }

        return taken;
    }

    public void Clear()
    {
        _fromMs.Clear();
        _order.Clear();
    }
}
