using AgentStatus.Core;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Recording;

/// <summary>
/// Calls whose end may get lost, and that leave OFFLINE behind when they run out: then an offline period begins without
/// an event, and somebody has to write it down. The writer's thread only.
/// </summary>
internal sealed class CallEnds
{
    private readonly PriorityQueue<AgentKey, long> _ends = new();

    /// <summary>Remembers when the agent's call runs out, if that matters.</summary>
    public void Expect(AgentKey agent, in Timeline timeline)
    {
        if (timeline.FindOfflineAfterCallMs() is { } endMs) _ends.Enqueue(agent, endMs);
    }

    /// <summary>
    /// Takes the next one that is over by now. It may have ended otherwise since: computing anew tells.
    /// </summary>
    public bool TryTake(long nowMs, out AgentKey agent, out long endedAtMs) =>
        _ends.TryPeek(out agent, out endedAtMs) && endedAtMs <= nowMs && _ends.TryDequeue(out agent, out endedAtMs);

    /// <summary>Puts back one that could not be followed.</summary>
    public void Return(AgentKey agent, long endedAtMs) => _ends.Enqueue(agent, endedAtMs);
}
