using AgentStatus.Core;

namespace AgentStatus.Server.Following;

/// <summary>
/// Agents whose offline periods this server wrote, or found to stay as they are, when it may not yet have known all of
/// their events: those stored by other servers by then come with the next changes that are read after it. If one comes
/// for such an agent, the periods are written again; of two servers that judge the same agent's, the one that did not
/// know the other's event writes last. (Staying counts, too: an APP OFFLINE under a call on one server and the end of
/// that call on another change nothing each by itself.) The writer's thread only.
/// </summary>
internal sealed class RecentPeriods
{
    private HashSet<AgentKey> _sinceLastChanges = [];
    private HashSet<AgentKey> _before = [];

    public void Judged(AgentKey agent) => _sinceLastChanges.Add(agent);

    public bool Contains(AgentKey agent) => _sinceLastChanges.Contains(agent) || _before.Contains(agent);

    /// <summary>Everything that there was has been taken in; the next changes are read from now on.</summary>
    public void TookInAll()
    {
        (_before, _sinceLastChanges) = (_sinceLastChanges, _before);
        _sinceLastChanges.Clear();
    }
}
