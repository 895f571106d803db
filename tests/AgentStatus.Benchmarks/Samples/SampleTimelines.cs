using AgentStatus.Core.Timelines;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>The timelines of the agents that <see cref="SampleStore"/> stores: the same for the same numbers.</summary>
internal static class SampleTimelines
{
    public static IEnumerable<(AgentKey Agent, Timeline Timeline)> Of(int agents, int eventsPerAgent, long fromMs,
        long toMs)
    {
        var random = new Random(agents);
        var builder = new TimelineBuilder();
        for (var i = 0; i < agents; i++)
        {
            foreach (var (atMs, status, origin) in AgentDay.Of(random, eventsPerAgent, fromMs, toMs))
                builder.Add(atMs, status, origin);
            yield return (SampleAgents.Get(i), builder.Build());
        }
    }
}
