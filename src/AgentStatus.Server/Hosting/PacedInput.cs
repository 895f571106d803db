using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Hosting;

/// <summary>What a connection's client sends, no faster than requests are handled. Kestrel makes a stream of each
/// request as soon as it reads it, before anything can refuse it: a megabyte of requests would be 25,000 streams, of 10
/// KB each. While many wait for a thread, connections are read one after the other, a little at a time, and TCP tells
/// the clients.</summary>
/// <param name="input">The transport's.</param>
/// <param name="turn">One for all connections.</param>
internal sealed class PacedInput(PipeReader input, SemaphoreSlim turn) : PipeReader
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await input.ReadAsync(cancellationToken);

        // A request or two: what is asked below costs more than they do.
        if (read.Buffer.Length <= ServerLimits.UnpacedBytes) return read;
        if (IsBehind) await WaitAsync();
        return read.Buffer.Length <= ServerLimits.PacedBytes
            ? read
            : new ReadResult(read.Buffer.Slice(0, ServerLimits.PacedBytes), read.IsCanceled, isCompleted: false);
    }

    public override bool TryRead(out ReadResult result) => input.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        input.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => input.CancelPendingRead();

    public override void Complete(Exception? exception = null) => input.Complete(exception);

    private static bool IsBehind => ThreadPool.PendingWorkItemCount > ServerLimits.QueuedWork;

    private async ValueTask WaitAsync()
    {
        await turn.WaitAsync();
        try
        {
            while (IsBehind) await Task.Delay(Pause);
        }
        finally
        {
            turn.Release();
        }
    }
}
