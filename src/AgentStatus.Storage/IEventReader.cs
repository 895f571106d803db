using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>Reads events of one agent.</summary>
public interface IEventReader
{
    /// <summary>
    /// The agent's events with <paramref name="fromMs"/> &lt;= OccurredAtMs &lt; <paramref name="toMs"/>, preceded by
    /// the last event of each origin before <paramref name="fromMs"/>, all in total order. Where
    /// <paramref name="toMs"/> is not after
    /// <paramref name="fromMs"/>, these last events only.
    /// </summary>
    IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs);
}
