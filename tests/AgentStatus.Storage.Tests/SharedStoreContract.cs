using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Tests;

/// <summary>What a store does whose batches add at once: one that several servers share.</summary>
public abstract class SharedStoreContract : StatusStoreContract
{
    [Fact]
    public void Batch_AddsAtOnce()
    {
        using var batch = Store.BeginBatch();

        Assert.True(batch.AddsAtOnce);
    }

    [Fact]
    public void Batch_DisposedWithoutCommit_HasWrittenWhatItAddedAtOnce()
    {
        using (var batch = Store.BeginBatch())
        {
            batch.Append([new(Event(5, "stays"), 1_000, false)]);
            Assert.Equal(["stays"], Ids(ReadAll()));
            batch.AddHours(new(1, 1, 50, "{}"));
            Assert.Single(Store.ReadHours());
        }

        AlsoAfterRestart(() =>
        {
            Assert.Equal(["stays"], Ids(ReadAll()));
            Assert.Single(Store.ReadHours());
        });
    }

    [Theory]
    [InlineData(9)]
    [InlineData(19)]
    [InlineData(20)]
    [InlineData(45)]
    [InlineData(1_000)]
    public void ReadOfflinePeriodsOf_SeveralAgents_GivesWhatReadOfflinePeriodsGivesForEach(long afterMs)
    {
        AgentKey[] agents = [Agent, Agent with { AgentId = 1 }, new(1, Agent.AgentId), new(1, 2)];
        Write(batch =>
        {
            OfflinePeriod[] three = [Of(agents[0], 10, 20), Of(agents[0], 30, 40), Of(agents[0], 50, null)];
            batch.ReplaceOfflinePeriods(agents[0], 0, three);
            batch.ReplaceOfflinePeriods(agents[1], 0, [Of(agents[1], 15, 40)]);
            batch.ReplaceOfflinePeriods(agents[2], 0, [Of(agents[2], 5, null)]);
            batch.ReplaceOfflinePeriods(new(1, 3), 0, [Of(new(1, 3), 5, null)]);
        });

        AlsoAfterRestart(() =>
        {
            var read = ((ISharedStore)Store).ReadOfflinePeriodsOf(agents, afterMs);
            foreach (var agent in agents)
                Assert.Equal(Store.ReadOfflinePeriods(agent, afterMs), read[agent]);
            Assert.DoesNotContain(read, periods => periods.Key == new AgentKey(1, 3));
        });
    }

    private static OfflinePeriod Of(AgentKey agent, long startMs, long? endMs) =>
        new(agent, startMs, endMs, [], endMs ?? 60, 0);
}
