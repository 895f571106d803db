using System.Net;
using System.Threading.RateLimiting;
using AgentStatus.Server.Configuration;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>Lets a few breakdowns at a time through, until their answers are sent: 200 bytes ask for 3 MB, which a
/// client need not read. No address takes all places, and who does not read loses its place: after seconds by Kestrel's
/// least rate, and at the latest after <see cref="ServerLimits.AnswerWithin"/>.</summary>
internal sealed class BreakdownGate(Instruments instruments) : IDisposable
{
    private const string Method = "GetBreakdown";

    /// <summary>ENHANCE_YOUR_CALM: gRPC clients make RESOURCE_EXHAUSTED of it.</summary>
    private const int Calm = 0xB;

    private readonly PartitionedRateLimiter<HttpContext> _places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, IPAddress>(context => RateLimitPartition.GetConcurrencyLimiter(
            context.Connection.RemoteIpAddress ?? IPAddress.None,
            _ => Places(ServerLimits.BreakdownsOfPeer, ServerLimits.QueuedBreakdownsOfPeer))),
        PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(
            0, _ => Places(ServerLimits.Breakdowns, ServerLimits.QueuedBreakdowns))));

    /// <summary>A convention for endpoints: puts the gate before the method that needs it, and costs others
    /// nothing.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        var method = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method.Name;
        if (method == Method && endpoint.RequestDelegate is { } next)
            endpoint.RequestDelegate = context => PassAsync(context, next);
    }

    public void Dispose() => _places.Dispose();

    private static ConcurrencyLimiterOptions Places(int most, int queued) =>
        new() { PermitLimit = most, QueueLimit = queued, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            using var place = await _places.AcquireAsync(context, 1, context.RequestAborted);
            if (place.IsAcquired)
            {
                using var limit = new CancellationTokenSource(ServerLimits.AnswerWithin);
                await using var end = limit.Token.Register(() => End(context));
                await next(context);

                // gRPC leaves the answer to Kestrel, which would hold it without us. This waits until it is all but
                // sent. A refusal is headers alone, and has not begun: begun here it would not end with them, which
                // clients on gRPC's C core take for a broken stream.
                if (context.Response.HasStarted) await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                return;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        instruments.BreakdownRefused("queue");
        Answer(context.Response, Refusals.TooManyBreakdowns());
    }

    private void End(HttpContext context)
    {
        instruments.BreakdownRefused("unread");
        context.Features.Get<IHttpResetFeature>()?.Reset(Calm);
    }

    /// <summary>An answer of headers only.</summary>
    private static void Answer(HttpResponse response, RpcException refusal)
    {
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = $"{(int)refusal.StatusCode}";
        response.Headers["grpc-message"] = refusal.Status.Detail;
        foreach (var trailer in refusal.Trailers)
            response.Headers[trailer.Key] =
                trailer.IsBinary ? Convert.ToBase64String(trailer.ValueBytes) : trailer.Value;
    }
}
