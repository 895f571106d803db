using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Memory;

/// <summary>The slot's short answer and the timeline are two ways to one truth.</summary>
public sealed class TimelineIndexTests
{
    private const int Agents = 3_000;

    [Fact]
    public void TryAt_AfterEachPublication_AnswersAsTheTimeline() => Seeds.ForEach(300, random =>
    {
        var timelines = new TimelineIndex(CallLimits.Default);
        var agent = RandomEvents.Agent;
        var arriving = RandomEvents.Of(random).DistinctBy(e => e.OccurredAtMs).ToArray();
        random.Shuffle(arriving);
        foreach (var arrived in arriving)
        {
            // Older ones are settled with the store.
            if (arrived.OccurredAtMs < timelines.Find(agent).CoveredFromMs) continue;
            timelines.Publish(agent, timelines.Find(agent).With(TimelineEvent.Of(arrived)));
            if (random.Next(5) == 0) timelines.Publish(agent, timelines.Find(agent).Trimmed(arrived.OccurredAtMs));
            var timeline = timelines.Find(agent);
            for (var i = 0; i < 10; i++)
            {
                var instantMs = timeline.LastOccurredAtMs + random.NextInt64(-1_000_000, 50_000_000);
                var isInMemory = timeline.Covers(instantMs) && !timeline.At(instantMs).NeedsStore;
                Assert.Equal(isInMemory, timelines.TryAt(agent, instantMs, out var answer));
                if (isInMemory) Assert.Equal(timeline.At(instantMs), answer);
            }
        }
    });

    [Fact]
    public void TryAt_AfterTheTableHasGrown_AnswersForEachAgentItsOwn()
    {
        var timelines = new TimelineIndex(CallLimits.Default);
        for (var i = 1; i <= Agents; i++)
            timelines.Publish(new(i % 7 + 1, i), default(Timeline).With(new(i, Status.Away, Origin.Agent)));

        Assert.Equal(Agents, timelines.AgentCount);
        for (var i = 1; i <= Agents; i++)
        {
            Assert.True(timelines.TryAt(new(i % 7 + 1, i), Agents, out var answer));
            Assert.Equal(new StatusAt(Status.Away, Origin.Agent, i), answer);
        }

        Assert.True(timelines.TryAt(new(9, 1), Agents, out var unknown));
        Assert.Equal(Status.Unknown, unknown.Status);
    }
}
