using System.Net;
using System.Threading.RateLimiting;
using AgentStatus.Server.Configuration;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>Lets some breakdowns at a time in, until their answers are sent: 200 bytes ask for 3 MB, which a client
/// need not read. No address takes all places, and who does not read loses its place: after seconds by Kestrel's least
/// rate, and at the latest after <see cref="ServerLimits.AnswerWithin"/>.</summary>
/// <param name="instruments">Count the refused ones.</param>
/// <param name="clock">Ends what is not read.</param>
/// <param name="most">Places.</param>
/// <param name="mostOfPeer">Those of one address.</param>
internal sealed class BreakdownGate(Instruments instruments, TimeProvider clock, int most, int mostOfPeer) : IDisposable
{
    /// <summary>ENHANCE_YOUR_CALM.</summary>
    private const int Calm = 0xB;

    private readonly PartitionedRateLimiter<HttpContext> _places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetConcurrencyLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            _ => Places(mostOfPeer, ServerLimits.QueuedBreakdownsOfPeer))),
        PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => Places(most, ServerLimits.QueuedBreakdowns))));

    /// <summary>Waits for a place, which the request keeps until its answer is sent.</summary>
    /// <returns>To be called when the answer is ready: from then on the client has <see
    /// cref="ServerLimits.AnswerWithin"/> to read it. Working it out may take longer than that: a store may be
    /// slow.</returns>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too many wait.</exception>
    /// <exception cref="OperationCanceledException">The caller, or its deadline, is gone.</exception>
    public async Task<Action> EnterAsync(ServerCallContext context)
    {
        var http = await TakeAsync(context);
        var limit = clock.CreateTimer(_ => End(http), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        http.Response.OnCompleted(() =>
        {
            limit.Dispose();
            return Task.CompletedTask;
        });
        return () => limit.Change(ServerLimits.AnswerWithin, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for a place alone; errors as above.</summary>
    public async Task<HttpContext> TakeAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var place = await _places.AcquireAsync(http, 1, context.CancellationToken);
        if (!place.IsAcquired)
        {
            place.Dispose();
            instruments.BreakdownRefused("queue");
            throw Refusals.TooManyBreakdowns();
        }

        http.Response.OnCompleted(() =>
        {
            place.Dispose();
            return Task.CompletedTask;
        });
        return http;
    }

    /// <summary>Ends a request whose answer has begun: its stream, or where HTTP/1.1 has none its connection. gRPC
    /// clients make RESOURCE_EXHAUSTED of it.</summary>
    public static void Cut(HttpContext context)
    {
        if (context.Features.Get<IHttpResetFeature>() is { } stream) stream.Reset(Calm);
        else context.Abort();
    }

    public void Dispose() => _places.Dispose();

    private static ConcurrencyLimiterOptions Places(int most, int queued) =>
        new() { PermitLimit = most, QueueLimit = queued, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    private void End(HttpContext context)
    {
        instruments.BreakdownRefused("unread");
        Cut(context);
    }
}
