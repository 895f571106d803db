namespace AgentStatus.Storage.Tests;

public abstract partial class StatusStoreContract
{
    [Fact]
    public void Append_IsReadAtOnce()
    {
        Append(Event(1, "before"));
        Append(Event(5, "mine"));

        AlsoAfterRestart(() => Assert.Equal(["before", "mine"], Ids(ReadAll())));
    }

    [Fact]
    public void Replace_OfManyAgentsFromFarApart_ChangesExactlyTheirs()
    {
        const long DayMs = 24 * 60 * 60 * 1000L;
        var agents = Enumerable.Range(1, 12).Select(i => new AgentKey(1 + (i % 3), i)).ToList();
        Assert.True(Periods.Replace(Own(), [.. agents.Select(agent => new PeriodReplacement(
            agent, 0, [.. Enumerable.Range(0, 6).Select(day => Of(agent, day * DayMs, (day * DayMs) + 5))]))]));

        Assert.True(Periods.Replace(Own(), [.. agents.Select(agent => new PeriodReplacement(
            agent, (agent.AgentId % 5) * DayMs, [Of(agent, 9 * DayMs, null)]))]));

        AlsoAfterRestart(() => Assert.All(agents, agent => Assert.Equal(
            [.. Enumerable.Range(0, (int)(agent.AgentId % 5)).Select(day => day * DayMs), 9 * DayMs],
            Periods.Read(agent, 0).Select(period => period.StartedAtMs))));

        static OfflinePeriod Of(AgentKey agent, long startedAtMs, long? endedAtMs) =>
            Period(startedAtMs, endedAtMs) with { Agent = agent };
    }

    [Fact]
    public void TryOwn_AgainAndAfterARelease_KeepsOrRaisesTheEpoch()
    {
        var epoch = Own();
        Assert.Equal(epoch, Own());

        Periods.Release();

        AlsoAfterRestart(() => Assert.True(Own() >= epoch));
    }

    [Fact]
    public void ReadChangesSinceCheckpoint_GivesWhatWasAppendedAfterIt()
    {
        var colleague = Agent with { AgentId = 1 };
        Append(Event(5, "a"), Event(3, "b"), Event(9, "c", agent: colleague));
        Save();

        Append(Event(7, "d"), Event(4, "e"), Event(9, "c", agent: colleague), Event(8, "c", agent: colleague));

        // Events before the checkpoint may be given again, those behind it must be.
        AlsoAfterRestart(() =>
        {
            Own();
            Assert.Contains(
                Periods.ReadChangesSinceCheckpoint()!, change => change.Agent == Agent && change.FromMs <= 4);
            Assert.DoesNotContain(Periods.ReadChangesSinceCheckpoint()!, change => change.Agent == colleague);
        });
    }

    [Fact]
    public void ReadChangesSinceCheckpoint_AfterACheckpointOfEarlierNumbers_GivesTheLaterEvents()
    {
        Save();
        Append(Event(5, "a"));
        var through = Store.StoredThrough;
        Append(Event(6, "b"), Event(7, "c", agent: new(1, 1)));

        Periods.SaveCheckpoint(Own(), [through]);

        AlsoAfterRestart(() =>
        {
            Own();
            Assert.Equal(
                [new AgentKey(1, 1), Agent],
                Periods.ReadChangesSinceCheckpoint()!.Select(change => change.Agent).Distinct().Order());
        });
    }

    private void Save() => Assert.True(Periods.SaveCheckpoint(Own(), [Store.StoredThrough]));

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
