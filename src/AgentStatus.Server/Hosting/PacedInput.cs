using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Hosting;

/// <summary>What a connection's client sends, no faster than requests are handled. Kestrel makes a stream of each
/// request as soon as it reads it, before anything can refuse it: a megabyte of requests would be 25,000 streams, of 10
/// KB each, and each piece of their work would stand in the pool's queue before other clients'. While work waits for a
/// thread, connections are read in turns, a little at a time, and TCP tells the clients. A turn lasts until the pool
/// has come to what was queued before it, so that its queue holds little more than one turn's requests.</summary>
/// <param name="input">The transport's.</param>
/// <param name="turn">The address's.</param>
/// <param name="isBehind">Whether work waits for a thread.</param>
internal sealed class PacedInput(PipeReader input, ReadTurn turn, Func<bool> isBehind) : PipeReader
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = await input.ReadAsync(cancellationToken);

        // A request or two: what is asked below costs more than they do.
        if (read.Buffer.Length <= ServerLimits.UnpacedBytes) return read;
        if (isBehind()) await turn.TakeAsync();
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
}
