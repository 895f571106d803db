using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>Stands before every RPC. Those that may hold much memory are let in while all that are under way hold
/// little, on their connection (which has a <see cref="MemoryShare"/> among its features), from its address and in all;
/// the others are refused at once. The small ones are bounded by the streams of a connection, and the
/// connections.</summary>
internal sealed class RequestGate(Instruments instruments)
{
    /// <summary>The RPCs whose requests and answers have some hundred bytes. GetBreakdown and GetCompanyHours have a
    /// gate of their own behind this one.</summary>
    private static readonly HashSet<string> Small =
    [
        .. ((string[])["RecordStatus", "ClassifyRingTarget", "GetBreakdown", "GetCompanyHours"])
            .Select(rpc => $"/{AgentStatusService.Descriptor.FullName}/{rpc}"),
        .. Health.Descriptor.Methods.Select(rpc => $"/{Health.Descriptor.FullName}/{rpc.Name}"),
    ];

    /// <summary>A convention for endpoints.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next) return;
        var method = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method;
        if (method?.Type == MethodType.DuplexStreaming) next = MessageTimeout.Before(next);
        endpoint.RequestDelegate = Small.Contains(method?.FullName ?? "")
            ? context => AnswerAsync(context, next)
            : context => PassAsync(context, next);
    }

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var share = context.Features.GetRequiredFeature<MemoryShare>();
        if (!share.TryTake(ServerLimits.LargeHeldBytes))
        {
            instruments.RequestRefused();
            Refusals.TooMuchUnderWay().AnswerTo(context.Response);
            return;
        }

        try
        {
            await AnswerAsync(context, next);

            // gRPC leaves the answer to Kestrel, which holds it until the client takes it. This waits until all but 2
            // KB are sent.
            var answer = context.Response.BodyWriter;
            if (answer is { CanGetUnflushedBytes: true, UnflushedBytes: > ServerLimits.UnsentBytes })
                await answer.FlushAsync();
        }
        finally
        {
            share.Give(ServerLimits.LargeHeldBytes);
        }
    }

    /// <summary>gRPC refuses a message that is too long before anything of ours sees it, and names no limit.</summary>
    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (!context.Response.HasStarted && Refusals.IsTooLong(context.Response.Headers))
            Refusals.MessageTooLong().AnswerTo(context.Response);
    }
}
