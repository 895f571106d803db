using AgentStatus.Server.Http;

namespace AgentStatus.Server.Tests.Http;

public sealed class YieldingBodyTests
{
    [Fact]
    public async Task WriteAsync_EachPiece_LetsWhatIsQueuedGoFirst()
    {
        var context = new KeptWork();
        var written = new MemoryStream();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        ValueTask write;
        try
        {
            write = new YieldingBody(written).WriteAsync(new byte[] { 1, 2, 3 }, CancellationToken.None);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.Equal([1, 2, 3], written.ToArray());
        Assert.False(write.IsCompleted);
        context.Run();
        Assert.True(write.IsCompletedSuccessfully);
        await write;
    }

    /// <summary>Runs what comes to it when it is told to.</summary>
    private sealed class KeptWork : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Work, object? State)> _queue = [];

        public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

        public void Run()
        {
            while (_queue.TryDequeue(out var next)) next.Work(next.State);
        }
    }
}
