using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    [Fact]
    public void Batch_ReadsItsOwnWrites()
    {
        Append(Event(1, "before"));

        Write(batch =>
        {
            batch.Append([new(Event(5, "mine"), 1_000, false)]);
            Assert.Equal(["before", "mine"], Ids(batch.ReadEvents(Agent, 0, 10)));
        });

        AlsoAfterRestart(() => Assert.Equal(["before", "mine"], Ids(ReadAll())));
    }

    [Fact]
    public void Batch_ChangingAnAgentsPeriodsTwice_BuildsOnTheFirstChange()
    {
        Write(batch =>
        {
            batch.ReplaceOfflinePeriods(Agent, 0, [Period(1, 5), Period(10, null)]);
            batch.ReplaceOfflinePeriods(Agent, 10, [Period(10, 20), Period(30, null)]);
            batch.ReplaceOfflinePeriods(Agent, 25, [Period(40, 50)]);
        });

        AlsoAfterRestart(() => Assert.Equal(
            [Period(1, 5), Period(10, 20), Period(40, 50)], Store.ReadOfflinePeriods(Agent, 0)));
    }

    [Fact]
    public void Batch_ChangingPeriodsOfManyAgentsFromFarApart_ChangesExactlyTheirs()
    {
        const long DayMs = 24 * 60 * 60 * 1000L;
        var agents = Enumerable.Range(1, 12).Select(i => new AgentKey(1 + (i % 3), i)).ToList();
        Write(batch => agents.ForEach(agent => batch.ReplaceOfflinePeriods(
            agent, 0, [.. Enumerable.Range(0, 6).Select(day => Of(agent, day * DayMs, (day * DayMs) + 5))])));

        Write(batch => agents.ForEach(agent => batch.ReplaceOfflinePeriods(
            agent, (agent.AgentId % 5) * DayMs, [Of(agent, 9 * DayMs, null)])));

        AlsoAfterRestart(() => Assert.All(agents, agent => Assert.Equal(
            [.. Enumerable.Range(0, (int)(agent.AgentId % 5)).Select(day => day * DayMs), 9 * DayMs],
            Store.ReadOfflinePeriods(agent, 0).Select(period => period.StartedAtMs))));

        static OfflinePeriod Of(AgentKey agent, long startedAtMs, long? endedAtMs) =>
            Period(startedAtMs, endedAtMs) with { Agent = agent };
    }

    [Fact]
    public void Batch_AfterOneWithoutCommit_Writes()
    {
        Store.BeginBatch().Dispose();

        Append(Event(1, "a"));

        AlsoAfterRestart(() => Assert.Equal(["a"], Ids(ReadAll())));
    }

    [Fact]
    public async Task ReadEvents_FromManyThreadsWhileOneWrites_SeesEverythingCommittedBefore()
    {
        const int Batches = 50;
        var committed = 0;
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            int before;
            do
            {
                before = Volatile.Read(ref committed);
                var read = ReadAll();
                Assert.True(read.Count >= before, $"{before} were committed, {read.Count} read");
                Assert.Equal(Enumerable.Range(0, read.Count), read.Select(one => (int)one.OccurredAtMs));
            }
            while (before < Batches && !TestContext.Current.CancellationToken.IsCancellationRequested);
        })).ToList();

        for (var i = 0; i < Batches; i++)
        {
            Append(Event(i, $"{i}", (Origin)(1 + (i % 4))));
            Volatile.Write(ref committed, i + 1);
        }

        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromSeconds(60));
        AlsoAfterRestart(() => Assert.Equal(Batches, ReadAll().Count));
    }
}
