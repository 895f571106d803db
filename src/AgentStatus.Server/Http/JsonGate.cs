using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AgentStatus.Server.Http;

/// <summary>Stands before every path: what a request may hold, and what it may say. The transcoder alone would take a
/// misspelt field for none at all.</summary>
internal static class JsonGate
{
    /// <summary>A convention for endpoints.</summary>
    public static void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next
            || endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().FirstOrDefault() is not { } path)
            return;
        var method = endpoint.Metadata.OfType<GrpcMethodMetadata>().First().Method;
        var fields = new RequestFields(path.MethodDescriptor.InputType, path.HttpRule);
        if (method.Type == MethodType.ServerStreaming)
        {
            var watchBytes = RequestGate.HeldBytesOf(method.FullName);
            endpoint.RequestDelegate = HttpAccess.Before(
                context => PassAsync(context, next, watchBytes, fields, "", 0));
            return;
        }

        var (limit, bodyBytes, heldBytes) = LimitsOf(method.FullName);
        endpoint.RequestDelegate = HttpAccess.Before(async context =>
        {
            await using var reading = LimitReading(context);
            context.Response.Body = new YieldingBody(context.Response.Body);
            await PassAsync(context, next, heldBytes, fields, limit, bodyBytes);
        });
    }

    private static (string Limit, int BodyBytes, int HeldBytes) LimitsOf(string rpc)
    {
        var inBytes = RequestGate.HeldBytesOf(rpc);
        var heldBytes = inBytes == 0 ? ServerLimits.JsonSmallHeldBytes : ServerLimits.JsonHeldTimes * inBytes;
        return inBytes switch
        {
            0 => (nameof(ServerLimits.JsonSmallBytes), ServerLimits.JsonSmallBytes, heldBytes),
            ServerLimits.BatchHeldBytes => (
                nameof(ServerLimits.JsonBatchBytes), ServerLimits.JsonBatchBytes, heldBytes),
            _ => (nameof(ServerLimits.JsonBytes), ServerLimits.JsonBytes, heldBytes),
        };
    }

    /// <summary>Gives the client <see cref="ServerLimits.AnswerWithin"/> from the answer's first byte on: Kestrel's
    /// least rate gives it hours for one of some MB.</summary>
    private static ITimer LimitReading(HttpContext context)
    {
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var limit = clock.CreateTimer(
            _ => BreakdownGate.Cut(context), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        context.Response.OnStarting(() =>
        {
            limit.Change(ServerLimits.AnswerWithin, Timeout.InfiniteTimeSpan);
            return Task.CompletedTask;
        });
        return limit;
    }

    private static async Task PassAsync(
        HttpContext context, RequestDelegate next, int heldBytes, RequestFields fields, string limit, int bodyBytes)
    {
        var share = context.Features.GetRequiredFeature<MemoryShare>();
        if (!share.TryTake(heldBytes))
        {
            context.RequestServices.GetRequiredService<Instruments>().RequestRefused();
            await HttpRefusals.RefuseMemoryAsync(context);
            return;
        }

        try
        {
            if (!fields.HasBody)
            {
                await CheckAsync(context, fields, body: default, next);
            }
            else if (!IsJson(context.Request))
            {
                await HttpRefusals.RefuseContentTypeAsync(context);
            }
            else
            {
                var body = await ReadBodyAsync(context, bodyBytes);
                context.Request.Body = new MemoryStream(body.Array!, 0, body.Count, writable: false);
                await CheckAsync(context, fields, body, next);
            }
        }
        catch (BadHttpRequestException broken)
        {
            await HttpRefusals.RefuseBodyAsync(context, broken, limit, bodyBytes);
        }
        finally
        {
            share.Give(heldBytes);
        }
    }

    private static Task CheckAsync(
        HttpContext context, RequestFields fields, ReadOnlyMemory<byte> body, RequestDelegate next)
    {
        var faults = fields.FaultsOf(context.Request, body.Span);
        return faults.Count == 0 ? next(context) : HttpRefusals.RefuseFieldsAsync(context, faults);
    }

    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        && request.Headers.ContentEncoding.Count == 0;

    /// <exception cref="BadHttpRequestException">It is longer than it may be, comes too slowly, or not at
    /// all.</exception>
    private static async Task<ArraySegment<byte>> ReadBodyAsync(HttpContext context, int most)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = most;
        var body = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, most));
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return new(body.GetBuffer(), 0, (int)body.Length);
    }
}
