using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Memory;

/// <summary>The slot's short answer and the timeline are two ways to one truth.</summary>
public sealed class AgentTableTests
{
    private const int Agents = 3_000;

    [Fact]
    public void TryAt_AfterEachPublication_AnswersAsTheTimeline() => Seeds.ForEach(300, random =>
    {
        var table = new AgentTable();
        var agent = RandomEvents.Agent;
        var arriving = RandomEvents.Of(random).DistinctBy(e => e.OccurredAtMs).ToArray();
        random.Shuffle(arriving);
        foreach (var arrived in arriving)
        {
            // Older ones are settled with the store.
            if (arrived.OccurredAtMs < table.Find(agent).LoadedFromMs) continue;
            table.Publish(agent, table.Find(agent).With(arrived.OccurredAtMs, arrived.Status, arrived.Origin));
            if (random.Next(5) == 0) table.Publish(agent, table.Find(agent).Trimmed(arrived.OccurredAtMs));
            var timeline = table.Find(agent);
            for (var i = 0; i < 10; i++)
            {
                var instantMs = timeline.LastOccurredAtMs + random.NextInt64(-1_000_000, 50_000_000);
                var isInMemory = timeline.Covers(instantMs) && !timeline.At(instantMs).NeedsStore;
                Assert.Equal(isInMemory, table.TryAt(agent, instantMs, out var answer));
                if (isInMemory) Assert.Equal(timeline.At(instantMs), answer);
            }
        }
    });

    [Fact]
    public void TryAt_AfterTheTableHasGrown_AnswersForEachAgentItsOwn()
    {
        var table = new AgentTable();
        for (var i = 1; i <= Agents; i++)
            Assert.True(table.Publish(new(i % 7 + 1, i), default(Timeline).With(i, Status.Away, Origin.Agent)));

        for (var i = 1; i <= Agents; i++)
        {
            Assert.True(table.TryAt(new(i % 7 + 1, i), Agents, out var answer));
            Assert.Equal(new StatusAt(Status.Away, Origin.Agent, i), answer);
        }

        Assert.True(table.TryAt(new(9, 1), Agents, out var unknown));
        Assert.Equal(Status.Unknown, unknown.Status);
    }
}
