using AgentStatus.Core;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Following;

/// <summary>
/// Goes round all agents, each within a given time, in portions, at an even pace. One thread at a time.
/// </summary>
/// <param name="board">Whose agents.</param>
/// <param name="within">How long a round takes.</param>
/// <param name="portion">The most agents at once.</param>
/// <param name="clock">Sets the pace.</param>
internal sealed class AuditRound(Board board, TimeSpan within, int portion, TimeProvider clock)
{
    private IEnumerator<AgentKey>? _agents;
    private long _askedAt = clock.GetTimestamp();
    private double _due;

    /// <summary>
    /// The portions that are due. Those that are not taken are not made up for: an outage, or more agents than can be
    /// looked at.
    /// </summary>
    public IEnumerable<IReadOnlyList<AgentKey>> Due()
    {
        var now = clock.GetTimestamp();
        _due += board.AgentCount * (clock.GetElapsedTime(_askedAt, now) / within);
        _askedAt = now;
        var most = Math.Min(board.AgentCount, portion);
        try
        {
            while (most > 0 && _due >= most)
            {
                _due -= most;
                yield return [.. Enumerable.Range(0, most).Select(_ => NextAgent())];
            }
        }
        finally
        {
            _due = Math.Min(_due, most);
        }
    }

    /// <summary>
    /// The first round begins anywhere: servers that are started often look at all agents too, and not all at the same.
    /// </summary>
    private AgentKey NextAgent()
    {
        _agents ??= Agents().Skip(Random.Shared.Next(board.AgentCount)).GetEnumerator();
        while (!_agents.MoveNext()) _agents = Agents().GetEnumerator();
        return _agents.Current;
    }

    private IEnumerable<AgentKey> Agents() =>
        from companyId in board.Companies
        from agentId in board.AgentsOf(companyId)
        select new AgentKey(companyId, agentId);
}
