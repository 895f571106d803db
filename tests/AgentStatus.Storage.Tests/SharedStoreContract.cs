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
}
