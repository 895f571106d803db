using AgentStatus.Server.Configuration;
using AgentStatus.V1;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>Stands before every RPC: a request is let in while what is under way holds little memory, on its connection
/// (which has a <see cref="MemoryShare"/> among its features), from its address and in all, and counts until its answer
/// is sent. The others are refused at once.</summary>
internal sealed class RequestGate(Instruments instruments)
{
    /// <summary>The RPCs whose requests and answers have some hundred bytes. GetBreakdown has a gate of its own behind
    /// this one.</summary>
    private static readonly HashSet<string> Small =
    [
        .. ((string[])["RecordStatus", "ClassifyRingTarget", "GetBreakdown"])
            .Select(rpc => $"/{AgentStatusService.Descriptor.FullName}/{rpc}"),
        .. Health.Descriptor.Methods.Select(rpc => $"/{Health.Descriptor.FullName}/{rpc.Name}"),
    ];

    /// <summary>A convention for endpoints.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next) return;
        var method = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method;
        var bytes = Small.Contains(method?.FullName ?? "") ? ServerLimits.SmallHeldBytes : ServerLimits.LargeHeldBytes;
        if (method?.Type == MethodType.DuplexStreaming) next = MessageTimeout.Before(next);
        endpoint.RequestDelegate = context => PassAsync(context, next, bytes, GiveBack);

        Task GiveBack(object share)
        {
            ((MemoryShare)share).Give(bytes);
            return Task.CompletedTask;
        }
    }

    private async Task PassAsync(HttpContext context, RequestDelegate next, int bytes, Func<object, Task> giveBack)
    {
        var share = context.Features.GetRequiredFeature<MemoryShare>();
        if (!share.TryTake(bytes))
        {
            instruments.RequestRefused();
            Refusals.TooMuchUnderWay().AnswerTo(context.Response);
            return;
        }

        context.Response.OnCompleted(giveBack, share);
        await next(context);

        // gRPC refuses a message that is too long before anything of ours sees it, and names no limit.
        if (!context.Response.HasStarted && Refusals.IsTooLong(context.Response.Headers))
            Refusals.MessageTooLong().AnswerTo(context.Response);
    }
}
