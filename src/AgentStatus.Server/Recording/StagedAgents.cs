using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>The agents that a batch, or the changes of other servers, touch: changed aside, completed with the store's
/// help, then shown all together. Where the store does not answer, memory shows what it can tell and the agent is
/// queued for a rebuild. The writer's thread only.</summary>
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

    /// <summary>What the agent is at the instant of an event, and whether that event decides it; null where that cannot
    /// be told.</summary>
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

/// <summary>One agent's timeline while a batch is being written: what is published, and what will be after the
/// commit.</summary>
internal sealed class StagedAgent(AgentKey agent, Timeline published)
{
    public AgentKey Agent { get; } = agent;

    /// <summary>What readers see until the commit.</summary>
    public Timeline Before { get; } = published;

    /// <summary>What they will see after it; complete after <see cref="Settle"/>.</summary>
    public Timeline After { get; private set; } = published;

    /// <summary>The timeline may have changed from here on.</summary>
    public long ChangedFromMs { get; private set; } = long.MaxValue;

    /// <summary>Whether <see cref="After"/> lacks an event from before memory's horizon until
    /// <see cref="Settle"/>.</summary>
    public bool NeedsReload { get; private set; }

    /// <summary>Applies an event that the store has.</summary>
    public void Apply(StatusEvent stored, IEventReader store)
    {
        var atMs = stored.OccurredAtMs;
        ChangedFromMs = Math.Min(ChangedFromMs, atMs);

        // One at the very start of what is covered, too: since when the status there lasts is from before.
        if (!After.Covers(atMs - 1)) NeedsReload = true;
        else if (After.CountAt(atMs) == 0) After = After.With(atMs, stored.Status, stored.Origin);
        else After = After.WithInstant(atMs, [.. EventsAt(store, atMs).Select(e => (e.Status, e.Origin))]);
    }

    /// <summary>Applies an event as well as memory alone can: it comes last among those of its instant, and one from
    /// before what memory covers changes nothing until the timeline is read again.</summary>
    public void ApplyFromMemory(StatusEvent taken)
    {
        ChangedFromMs = Math.Min(ChangedFromMs, taken.OccurredAtMs);
        if (After.Covers(taken.OccurredAtMs)) After = After.With(taken.OccurredAtMs, taken.Status, taken.Origin);
    }

    /// <summary>An event from before memory's horizon can change all that memory knows of that time: it is read
    /// again.</summary>
    public void Settle(IEventReader store)
    {
        if (NeedsReload) After = Memory.TimelineLoader.Reload(store, Agent, Before);
    }

    /// <summary>What the agent is at the instant of a stored event, and whether that event decides it.</summary>
    public (StatusAt At, bool Decides) Judge(StatusEvent stored, IEventReader store)
    {
        var at = Memory.TimelineLoader.At(store, Agent, After, stored.OccurredAtMs);
        var decides = at.Origin == stored.Origin
            && ((After.Covers(stored.OccurredAtMs) && After.CountAt(stored.OccurredAtMs) == 1)
                || EventsAt(store, stored.OccurredAtMs).Last(e => IsExplicit(e) == IsExplicit(stored)
                    && (IsExplicit(e) || e.Origin == stored.Origin)).EventId == stored.EventId);
        return (at, decides);
    }

    /// <summary>The same as far as memory alone can tell; null where it cannot.</summary>
    public (StatusAt At, bool Decides)? JudgeFromMemory(StatusEvent taken)
    {
        if (!After.Covers(taken.OccurredAtMs)) return null;
        var at = After.At(taken.OccurredAtMs);
        return (at, at.Origin == taken.Origin);
    }

    private static bool IsExplicit(StatusEvent e) => e.Origin is Origin.Agent or Origin.Supervisor;

    /// <summary>The stored events of exactly this instant, in order.</summary>
    private IEnumerable<StatusEvent> EventsAt(IEventReader store, long instantMs) =>
        store.ReadEvents(Agent, instantMs, instantMs + 1).Where(e => e.OccurredAtMs == instantMs);
}
