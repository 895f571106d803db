using System.Net;
using System.Threading.RateLimiting;
using AgentStatus.Server.Configuration;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>Lets some breakdowns at a time in, until their answers are sent: 200 bytes ask for 3 MB, which a client
/// need not read. No address takes all places, and who does not read loses its place: after seconds by Kestrel's least
/// rate, and at the latest after <see cref="ServerLimits.AnswerWithin"/>.</summary>
internal sealed class BreakdownGate(Instruments instruments) : IDisposable
{
    /// <summary>ENHANCE_YOUR_CALM: gRPC clients make RESOURCE_EXHAUSTED of it.</summary>
    public const int Calm = 0xB;

    private readonly PartitionedRateLimiter<HttpContext> _places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetConcurrencyLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            _ => Places(ServerLimits.BreakdownsOfPeer, ServerLimits.QueuedBreakdownsOfPeer))),
        PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => Places(ServerLimits.Breakdowns, ServerLimits.QueuedBreakdowns))));

    /// <summary>Waits for a place, which the request keeps until its answer is sent.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: too many wait.</exception>
    /// <exception cref="OperationCanceledException">The caller, or its deadline, is gone.</exception>
    public async Task EnterAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var place = await _places.AcquireAsync(http, 1, context.CancellationToken);
        if (!place.IsAcquired)
        {
            place.Dispose();
            instruments.BreakdownRefused("queue");
            throw Refusals.TooManyBreakdowns();
        }

        var limit = new CancellationTokenSource(ServerLimits.AnswerWithin);
        limit.Token.Register(() => End(http));
        http.Response.OnCompleted(() =>
        {
            limit.Dispose();
            place.Dispose();
            return Task.CompletedTask;
        });
    }

    public void Dispose() => _places.Dispose();

    private static ConcurrencyLimiterOptions Places(int most, int queued) =>
        new() { PermitLimit = most, QueueLimit = queued, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    private void End(HttpContext context)
    {
        instruments.BreakdownRefused("unread");
        context.Features.Get<IHttpResetFeature>()?.Reset(Calm);
    }
}
