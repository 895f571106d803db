namespace AgentStatus.Storage.Tests;

/// <summary>What a store does whose batches are written as a whole or not at all.</summary>
public abstract class TransactionalStoreContract : StatusStoreContract
{
    [Fact]
    public void Batch_DoesNotAddAtOnce()
    {
        using var batch = Store.BeginBatch();

        Assert.False(batch.AddsAtOnce);
    }

    [Fact]
    public void Batch_DisposedWithoutCommit_HasWrittenNothing()
    {
        Append(Event(1, "before"));
        Write(batch => batch.ReplaceOfflinePeriods(Agent, 0, [Period(1, null)]));

        using (var batch = Store.BeginBatch())
        {
            batch.Append([new(Event(5, "lost"), 1_000, false)]);
            batch.AddHours(new(1, 1, 50, "{}"));
            batch.ReplaceOfflinePeriods(Agent, 0, []);
        }

        AlsoAfterRestart(() =>
        {
            Assert.Equal(["before"], Ids(ReadAll()));
            Assert.Empty(Store.ReadHours());
            Assert.Equal([Period(1, null)], Store.ReadOfflinePeriods(Agent, 0));
        });
    }

    [Fact]
    public async Task Batch_WhileOpen_IsNotSeenByOtherThreads()
    {
        Append(Event(1, "before"));
        using (var batch = Store.BeginBatch())
        {
            batch.Append([new(Event(5, "open", agent: new(1, 1)), 1_000, false), new(Event(5, "open"), 1_000, false)]);
            batch.AddHours(new(1, 1, 50, "{}"));
            batch.ReplaceOfflinePeriods(Agent, 0, [Period(1, null) with { HoursInForceFromMs = null }]);

            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() =>
            {
                Assert.Equal(["before"], Ids(ReadAll()));
                Assert.Equal(Agent, Assert.Single(Store.ReadMemory(0)).Agent);
                Assert.Empty(Store.ReadHours());
                Assert.Empty(Store.ReadOfflinePeriods(Agent, 0));
                Assert.Empty(Store.FindAgentsWithStalePeriods(Agent.CompanyId, 100));
            })));

            batch.Commit();
        }

        AlsoAfterRestart(() => Assert.Equal(["before", "open"], Ids(ReadAll())));
    }
}
