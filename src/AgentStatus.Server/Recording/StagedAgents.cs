using AgentStatus.Core;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// The agents that a batch, or the changes of other servers, touch: changed aside, completed with the store's help, then
/// shown all together. Where the store does not answer, memory shows what it can tell and the agent is queued for a
/// rebuild. The writer's thread only.
/// </summary>
internal sealed class StagedAgents(TimelineIndex timelines, IStatusStore store, RebuildQueue rebuilds)
{
    private readonly Dictionary<AgentKey, StagedAgent> _agents = [];

    public void Clear() => _agents.Clear();

    /// <summary>The agent's timeline as it will be after the batch, as far as events were applied.</summary>
    public Timeline Find(AgentKey agent) => _agents.TryGetValue(agent, out var staged) ? staged.After : timelines.Find(agent);

    /// <summary>Applies an event that is stored.</summary>
    public void Apply(StatusEvent stored)
    {
        try
        {
            Stage(stored.Agent).Apply(stored, store);
        }
        catch (StoreException)
        {
            ApplyFromMemory(stored);
        }
    }

    /// <summary>Applies an event as well as memory alone can; the agent is queued for a rebuild.</summary>
    public void ApplyFromMemory(StatusEvent taken)
    {
        Stage(taken.Agent).ApplyFromMemory(taken);
        rebuilds.Add(taken.Agent, taken.OccurredAtMs);
    }

    /// <summary>Reads again what has to be read again; agents that are queued for a rebuild wait for that.</summary>
    public void Settle()
    {
        foreach (var agent in _agents.Values)
        {
            try
            {
                if (!rebuilds.Contains(agent.Agent)) agent.Settle(store);
                else rebuilds.Add(agent.Agent, agent.ChangedFromMs);
            }
            catch (StoreException)
            {
                rebuilds.Add(agent.Agent, agent.ChangedFromMs);
            }
        }
    }

    /// <summary>Shows every staged timeline to the readers.</summary>
    public void Publish()
    {
        foreach (var agent in _agents.Values)
            timelines.Publish(new TimelineChange(agent.Agent, agent.Before, agent.After, agent.ChangedFromMs));
    }

    /// <summary>
    /// What the agent is at the instant of an event, and whether that event decides it; null where that cannot be told.
    /// </summary>
    /// <param name="taken">The event: stored or spooled.</param>
    /// <param name="fromMemory">Whether to ask memory alone.</param>
    public (StatusAt At, bool Decides)? Judge(StatusEvent taken, bool fromMemory)
    {
        var agent = _agents.GetValueOrDefault(taken.Agent) ?? new StagedAgent(taken.Agent, timelines.Find(taken.Agent));
        if (fromMemory || rebuilds.Contains(taken.Agent)) return agent.JudgeFromMemory(taken);
        try
        {
            return agent.Judge(taken, store);
        }
        catch (StoreException)
        {
            return agent.JudgeFromMemory(taken);
        }
    }

    private StagedAgent Stage(AgentKey agent)
    {
        if (_agents.TryGetValue(agent, out var staged)) return staged;
        return _agents[agent] = new StagedAgent(agent, timelines.Find(agent));
    }
}
