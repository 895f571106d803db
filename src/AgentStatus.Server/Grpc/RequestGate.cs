using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Recording;
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
internal sealed class RequestGate(
    Instruments instruments,
    AccessGate access,
    Callers callers,
    BreakdownAdmission breakdowns,
    TimeProvider clock)
{
    /// <summary>The RPCs whose requests and answers have some hundred bytes.</summary>
    private static readonly HashSet<string> Small =
    [
        .. ((string[])["RecordStatus", "ClassifyRingTarget"])
            .Select(rpc => $"/{AgentStatusService.Descriptor.FullName}/{rpc}"),
        .. Health.Descriptor.Methods.Select(rpc => $"/{Health.Descriptor.FullName}/{rpc.Name}"),
    ];

    /// <summary>The RPCs that have a gate of their own behind this one, <see cref="BreakdownGate"/>: a place there is
    /// held until the answer is sent.</summary>
    private static readonly HashSet<string> Placed =
    [
        .. ((string[])["GetBreakdown", "GetCompanyHours"])
            .Select(rpc => $"/{AgentStatusService.Descriptor.FullName}/{rpc}"),
    ];

    private static readonly string Record = $"/{AgentStatusService.Descriptor.FullName}/RecordStatus";

    private static readonly string Breakdown = $"/{AgentStatusService.Descriptor.FullName}/GetBreakdown";

    private static readonly string Batch = $"/{AgentStatusService.Descriptor.FullName}/RecordStatuses";

    private static readonly string CallSteps = $"/{AgentStatusService.Descriptor.FullName}/GetCallSteps";

    private static readonly string Events = $"/{AgentStatusService.Descriptor.FullName}/ListStatusEvents";

    private static readonly string Watch = $"/{AgentStatusService.Descriptor.FullName}/WatchStatuses";

    /// <summary>What was last said to a write: the next thousand are told the same.</summary>
    private RpcException? _writeRefusal;

    /// <summary>Bytes that a request to an RPC is taken to hold until its answer is sent; 0: it has some hundred bytes,
    /// or another gate.</summary>
    /// <param name="rpc">Its full name.</param>
    public static int HeldBytesOf(string rpc) =>
        Small.Contains(rpc) || Placed.Contains(rpc) ? 0
        : rpc == Batch ? ServerLimits.BatchHeldBytes
        : rpc == CallSteps ? ServerLimits.CallStepsHeldBytes
        : rpc == Events ? ServerLimits.EventsHeldBytes
        : rpc == Watch ? ServerLimits.WatchHeldBytes
        : ServerLimits.LargeHeldBytes;

    /// <summary>A convention for endpoints.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next) return;
        var method = endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method;
        if (method?.Type == MethodType.DuplexStreaming) next = MessageTimeout.Before(next);
        var isBatch = method?.FullName == Batch;
        var duration = new RequestDuration(instruments.RequestSeconds, method?.FullName, clock);
        var trace = new RequestTrace(method?.FullName);
        var answer = AnswerTo(next, isBatch ? Refusals.BatchTooLong : Refusals.MessageTooLong, duration, trace);
        var name = method?.FullName ?? "";
        var heldBytes = HeldBytesOf(name);
        RequestDelegate passing = name == Record ? context => RecordAsync(context, answer, duration)
            : Small.Contains(name) ? answer
            : name == Breakdown ? context => BreakDownAsync(context, answer, duration)
            : Placed.Contains(name) ? context => SendAsync(context, answer)
            : context => PassAsync(context, answer, heldBytes, duration);
        endpoint.RequestDelegate = method is null ? passing : access.Before(passing, name, duration);
    }

    /// <summary>At five times the load that the writer can do four of five are refused: before anything is read of
    /// them, and with nothing thrown, or refusing takes all processors from what was taken.</summary>
    private Task RecordAsync(HttpContext context, RequestDelegate next, RequestDuration duration)
    {
        if (!callers.IsRefused(context.Connection.RemoteIpAddress, out var refused)) return next(context);
        var refusal = Volatile.Read(ref _writeRefusal);
        if (refusal is null || refusal.Status.Detail != refused.Message)
        {
            refusal = Refusals.OverLimit(refused.Message!, refused.RetryAfterMs);
            Volatile.Write(ref _writeRefusal, refusal);
        }

        return RefuseAsync(context, refusal, duration);
    }

    private Task BreakDownAsync(HttpContext context, RequestDelegate next, RequestDuration duration) =>
        breakdowns.IsRefused(context.Connection.RemoteIpAddress)
            ? RefuseAsync(context, Refusals.BreakdownWait(breakdowns.Most), duration)
            : SendAsync(context, next);

    private static Task RefuseAsync(HttpContext context, RpcException refusal, RequestDuration duration)
    {
        var startedAt = duration.Begin();
        refusal.AnswerTo(context.Response);
        duration.End(startedAt, refusal.StatusCode);
        return Task.CompletedTask;
    }

    private async Task PassAsync(
        HttpContext context, RequestDelegate next, int heldBytes, RequestDuration duration)
    {
        var startedAt = duration.Begin();
        var share = context.Features.GetRequiredFeature<MemoryShare>();
        if (!share.TryTake(heldBytes))
        {
            instruments.RequestRefused();
            Refusals.TooMuchUnderWay().AnswerTo(context.Response);
            duration.End(startedAt, StatusCode.ResourceExhausted);
            return;
        }

        try
        {
            await SendAsync(context, next);
        }
        finally
        {
            share.Give(heldBytes);
        }
    }

    /// <summary>gRPC leaves the answer to Kestrel, which holds it until the client takes it. This waits until all but 2
    /// KB are sent.</summary>
    private static async Task SendAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        var answer = context.Response.BodyWriter;
        if (answer is { CanGetUnflushedBytes: true, UnflushedBytes: > ServerLimits.UnsentBytes })
            await answer.FlushAsync();
    }

    /// <summary>gRPC refuses a message that is too long before anything of ours sees it, and names no limit.</summary>
    private static RequestDelegate AnswerTo(
        RequestDelegate next, Func<RpcException> tooLong, RequestDuration duration, RequestTrace trace) =>
        async context =>
    {
        var startedAt = duration.Begin();
        var span = trace.Begin(context.Request);
        try
        {
            await next(context);
            if (!context.Response.HasStarted && Refusals.IsTooLong(context.Response.Headers))
                tooLong().AnswerTo(context.Response);
        }
        finally
        {
            duration.End(startedAt, context.Response);
            RequestTrace.End(span, context.Response);
        }
    };
}
