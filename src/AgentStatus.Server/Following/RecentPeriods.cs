using AgentStatus.Core;

namespace AgentStatus.Server.Following;

/// <summary>
/// Agents whose offline periods this server wrote when it may not yet have known all of their events: those stored by other
/// servers by then come with the next changes that are read after the writing. If one comes for such an agent, the periods are
/// written again; of two servers that write the same agent's, the one that did not know the other's event writes last. The
/// writer's thread only.
/// </summary>
internal sealed class RecentPeriods
{
    private HashSet<AgentKey> _sinceLastChanges = [];
    private HashSet<AgentKey> _before = [];

    public void Wrote(AgentKey agent) => _sinceLastChanges.Add(agent);

    public bool Contains(AgentKey agent) => _sinceLastChanges.Contains(agent) || _before.Contains(agent);

    /// <summary>Changes were taken in; the next ones are read from now on.</summary>
    public void TookInChanges()
    {
        (_before, _sinceLastChanges) = (_sinceLastChanges, _before);
        _sinceLastChanges.Clear();
    }
}
