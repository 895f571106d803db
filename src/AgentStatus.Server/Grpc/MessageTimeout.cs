using System.IO.Pipelines;
using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>A stream's requests, each of which must be complete in <see cref="ServerLimits.MessageWithin"/> from its
/// first bytes on. A stream may be silent between them: so Kestrel's least rate, which ends half-sent unary requests,
/// does not count there.</summary>
internal sealed class MessageTimeout(PipeReader requests, TimeProvider clock) : PipeReader, IRequestBodyPipeFeature
{
    /// <summary>Since when a part of a message is there, and no more.</summary>
    private long? _halfSince;

    public PipeReader Reader => this;

    /// <summary>Puts the limit before an RPC.</summary>
    public static RequestDelegate Before(RequestDelegate next) => context =>
    {
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        context.Features.Set<IRequestBodyPipeFeature>(new MessageTimeout(context.Request.BodyReader, clock));
        return next(context);
    };

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _halfSince is { } since ? ReadRestAsync(since, cancellationToken) : requests.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result) => requests.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <summary>gRPC looks at more than it takes where a message is not complete.</summary>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (consumed.Equals(examined)) _halfSince = null;
        else _halfSince ??= clock.GetTimestamp();
        requests.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => requests.CancelPendingRead();

    public override void Complete(Exception? exception = null) => requests.Complete(exception);

    private async ValueTask<ReadResult> ReadRestAsync(long since, CancellationToken cancellation)
    {
        var left = ServerLimits.MessageWithin - clock.GetElapsedTime(since);
        using var end = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, end.Token);
        try
        {
            return await requests.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Refusals.HalfSent();
        }
    }
}
