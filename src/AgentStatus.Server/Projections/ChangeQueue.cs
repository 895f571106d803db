using System.Runtime.InteropServices;
using AgentStatus.Server.Configuration;

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

    /// <summary>Takes the agents that have waited longest, fewer where they have many events; who cannot work one out
    /// adds it again.</summary>
    /// <param name="eventsOf">How many an agent has.</param>
    public AgentChange[] Take(int most, Func<AgentKey, int> eventsOf)
    {
        var taken = new List<AgentChange>();
        for (var events = 0L; taken.Count < most && events < ServerLimits.ProjectedEvents && _order.Count > 0;)
        {
            var agent = _order.Dequeue();
            _fromMs.Remove(agent, out var fromMs);
            taken.Add(new(agent, fromMs));
            events += eventsOf(agent);
        }

        return [.. taken];
    }

    public void Clear()
    {
        _fromMs.Clear();
        _order.Clear();
    }
}
