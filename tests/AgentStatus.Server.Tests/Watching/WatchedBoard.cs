namespace AgentStatus.Server.Tests.Watching;

/// <summary>What a watcher was told: each agent as the last message has it, and from when on a report of it is to be
/// asked for again. Not thread-safe.</summary>
internal sealed class WatchedBoard
{
    private readonly Dictionary<long, WatchedAgent> _agents = [];
    private readonly Dictionary<long, long> _changedFromMs = [];

    public IReadOnlyDictionary<long, WatchedAgent> Agents => _agents;

    /// <summary>In milliseconds; null: not told yet.</summary>
    public long? KnownThroughMs { get; private set; }

    public void Apply(WatchStatusesResponse message)
    {
        Assert.Equal(message.Agents.Count, message.Agents.DistinctBy(agent => agent.AgentId).Count());
        foreach (var agent in message.Agents)
        {
            var (since, changedFrom) = (agent.Since, agent.ChangedFrom);
            Assert.Equal(agent.Status == V1.AgentStatus.Unspecified, since is null);
            var isFirst = !_agents.ContainsKey(agent.AgentId);
            _agents[agent.AgentId] = agent;
            var fromMs = isFirst ? long.MinValue
                : Math.Min(
                    since is null ? long.MaxValue : Times.Ms(since),
                    changedFrom is null ? long.MaxValue : Times.Ms(changedFrom));
            Assert.True(fromMs < long.MaxValue, $"{agent} says from when on");
            _changedFromMs[agent.AgentId] = Math.Min(fromMs, _changedFromMs.GetValueOrDefault(agent.AgentId, fromMs));
        }

        if (message.KnownThrough is { } knownThrough) KnownThroughMs = Times.Ms(knownThrough);
    }

    /// <summary>From when on the agent's report is to be asked for again, since this was asked last; null: it is as it
    /// was, and goes on.</summary>
    public long? TakeChangedFromMs(long agentId) => _changedFromMs.Remove(agentId, out var fromMs) ? fromMs : null;
}
