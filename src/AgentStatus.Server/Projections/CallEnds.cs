namespace AgentStatus.Server.Projections;

/// <summary>Calls whose end may get lost, and that leave OFFLINE behind when they run out: then an offline period
/// begins without an event. Any thread.</summary>
internal sealed class CallEnds
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<AgentKey, long> _ends = new();

    /// <summary>Remembers when the agent's call runs out, if that matters.</summary>
    public void Expect(AgentKey agent, in Timeline timeline)
    {
        if (timeline.FindOfflineAfterCallMs() is not { } endMs) return;
        lock (_gate) _ends.Enqueue(agent, endMs);
    }

    /// <summary>Takes the next one that is over by now. It may have ended otherwise since: computing anew
    /// tells.</summary>
    public bool TryTake(long nowMs, out AgentKey agent, out long endedAtMs)
    {
        lock (_gate)
            return _ends.TryPeek(out agent, out endedAtMs) && endedAtMs <= nowMs && _ends.TryDequeue(out agent, out endedAtMs);
    }

    public void Clear()
    {
        lock (_gate) _ends.Clear();
    }
}
