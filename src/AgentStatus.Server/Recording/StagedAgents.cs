using AgentStatus.Core;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// The agents that a batch, or the changes of other servers, touch: changed aside, settled with the store's help, then
/// shown all together. Where the store does not answer although the events are in it, the agent is owed. The writer's
/// thread only.
/// </summary>
internal sealed class StagedAgents(Board board, OfflineUpkeep upkeep, CallEnds callEnds, OwedAgents owed)
{
    private readonly Dictionary<AgentKey, StagedAgent> _agents = [];

    public IReadOnlyCollection<StagedAgent> All => _agents.Values;

    public void Clear() => _agents.Clear();

    /// <summary>The agent's timeline as it will be after the batch, as far as events were taken in.</summary>
    public Timeline Find(AgentKey agent) => _agents.TryGetValue(agent, out var staged) ? staged.After : board.Find(agent);

    /// <summary>Takes in an event that is stored.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="reader">Tells the order of events of one instant.</param>
    /// <param name="mayOwe">Whether a reader that does not answer is no reason to fail.</param>
    public void Apply(StatusEvent stored, IEventReader reader, bool mayOwe)
    {
        try
        {
            Stage(stored.Agent).Apply(stored, reader);
        }
        catch (StoreException) when (mayOwe)
        {
            ApplyUnsettled(stored);
        }
    }

    /// <summary>Takes in an event as well as memory alone can; the agent is owed.</summary>
    public void ApplyUnsettled(StatusEvent taken)
    {
        Stage(taken.Agent).ApplyUnsettled(taken);
        owed.Add(taken.Agent, taken.OccurredAtMs, reload: true);
    }

    /// <summary>
    /// Reads again what has to be, and writes what changes in the offline periods. Agents that are owed wait.
    /// </summary>
    public void Settle(IStoreBatch batch, long nowMs, bool mayOwe)
    {
        foreach (var agent in _agents.Values)
        {
            if (owed.Contains(agent.Agent))
            {
                // What is owed then reaches back to these events, too.
                owed.Add(agent.Agent, agent.ChangedFromMs, agent.NeedsReload);
                continue;
            }

            try
            {
                agent.Settle(batch);
                upkeep.Follow(agent, batch, nowMs);
            }
            catch (StoreException) when (mayOwe)
            {
                owed.Add(agent.Agent, agent.ChangedFromMs, reload: true);
            }
        }
    }

    /// <summary>Reads again what has to be, for events whose periods somebody else writes.</summary>
    public void Settle(IEventReader reader)
    {
        foreach (var agent in _agents.Values)
        {
            try
            {
                agent.Settle(reader);
            }
            catch (StoreException)
            {
                owed.Add(agent.Agent, agent.ChangedFromMs, reload: true);
            }
        }
    }

    /// <summary>Shows every staged timeline to the readers.</summary>
    public void Publish()
    {
        foreach (var agent in _agents.Values)
        {
            board.Publish(agent.Agent, agent.After);
            callEnds.Expect(agent.Agent, agent.After);
        }
    }

    /// <summary>
    /// What the agent is at the instant of an event, and whether that event decides it; null where that is not to be
    /// had.
    /// </summary>
    /// <param name="taken">The event: stored or spooled.</param>
    /// <param name="reader">The store.</param>
    /// <param name="fromMemory">Whether to ask memory alone.</param>
    /// <param name="mayOwe">Whether memory shall answer where the store does not.</param>
    public (StatusAt At, bool Decides)? Judge(StatusEvent taken, IEventReader reader, bool fromMemory, bool mayOwe)
    {
        var agent = _agents.GetValueOrDefault(taken.Agent) ?? new StagedAgent(taken.Agent, board.Find(taken.Agent));
        if (fromMemory || owed.Contains(taken.Agent)) return agent.JudgeFromMemory(taken);
        try
        {
            return agent.Judge(taken, reader);
        }
        catch (StoreException) when (mayOwe)
        {
            return agent.JudgeFromMemory(taken);
        }
    }

    private StagedAgent Stage(AgentKey agent)
    {
        if (_agents.TryGetValue(agent, out var staged)) return staged;
        return _agents[agent] = new StagedAgent(agent, board.Find(agent));
    }
}
