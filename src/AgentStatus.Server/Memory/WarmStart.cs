using AgentStatus.Core;
using AgentStatus.Core.Timelines;
using AgentStatus.Storage;

namespace AgentStatus.Server.Memory;

/// <summary>
/// Fills the board from the store: memory at restart is made by the same timeline code as memory in service.
/// </summary>
internal static class WarmStart
{
    /// <summary>Loads all agents; gives the number of events now in memory. Before the writer starts.</summary>
    /// <param name="board">An empty board.</param>
    /// <param name="store">The store.</param>
    /// <param name="horizonMs">From when on instants are answered from memory.</param>
    /// <param name="cancellation">Ends it early: the server stops.</param>
    public static long Load(Board board, IStatusStore store, long horizonMs, CancellationToken cancellation)
    {
        var builder = new TimelineBuilder();
        var loadedFromMs = horizonMs - Limits.WrapUpMs;
        long events = 0;
        foreach (var agent in store.ReadMemory(loadedFromMs))
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < agent.Events.Count; i++)
            {
                var e = agent.Events[i];
                builder.Add(e.OccurredAtMs, e.Status, e.Origin);
            }

            events += agent.Events.Count;
            var isWhole = agent.Events[0].OccurredAtMs >= loadedFromMs;
            board.Publish(agent.Agent, isWhole ? builder.Build() : builder.Build(horizonMs));
        }

        return events;
    }
}
