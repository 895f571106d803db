namespace AgentStatus.Server.Memory;

/// <summary>What an agent is or was at an instant: from memory at once, else with the store's help. Any
/// thread.</summary>
/// <param name="knownThrough">Until when memory knows everything.</param>
/// <param name="history">The store, for what lies before memory's horizon.</param>
/// <param name="wantsSince">Told of an agent whose status in force at the horizon began before it, so that memory
/// learns since when and the next answer needs no store.</param>
internal sealed class StatusLookup(
    TimelineIndex timelines, AgentTable agents, KnownThrough knownThrough, TimelineReads history, Action<AgentKey> wantsSince)
{
    /// <summary>Whether everything stored is in memory; before that, nothing here answers.</summary>
    public bool IsWarm => timelines.IsWarm;

    /// <summary>Until when everything is known, as of now. Take it before asking what an agent was.</summary>
    public long KnownThroughMs(long nowMs) => knownThrough.At(nowMs);

    /// <summary>The company's agents that have an event, ascending.</summary>
    public long[] AgentsOf(long companyId) => timelines.AgentsOf(companyId);

    /// <summary>Has what is asked about an agent next brought near, and does not wait for it.</summary>
    public void Prefetch(AgentKey agent) => agents.Prefetch(agent);

    /// <summary>The answer if memory has it: no lock, no I/O, no allocation.</summary>
    public bool TryFind(AgentKey agent, long instantMs, out StatusAt answer) =>
        agents.TryAt(agent, instantMs, out answer);

    /// <summary>The answer, wherever it is.</summary>
    public async ValueTask<StatusAt> FindAsync(AgentKey agent, long instantMs, CancellationToken cancellation)
    {
        if (TryFind(agent, instantMs, out var known)) return known;
        var timeline = agents.Find(agent);
        if (timeline.Covers(instantMs)) wantsSince(agent);
        return await history.AtAsync(agent, timeline, instantMs, cancellation);
    }
}
