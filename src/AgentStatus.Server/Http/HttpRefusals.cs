using AgentStatus.Server.Access;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Grpc;
using Google.Protobuf;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace AgentStatus.Server.Http;

/// <summary>What is refused before an RPC is reached, in the form in which RPCs refuse: a google.rpc.Status as JSON.
/// Where HTTP has a status of its own for it, that one.</summary>
internal static class HttpRefusals
{
    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(JsonSetup.Types));

    public static Task RefuseHostAsync(HttpContext context) => AnswerAsync(
        context, StatusCodes.Status400BadRequest, StatusCode.InvalidArgument,
        $"the Host header names {RequestFaults.Quote(context.Request.Host.Value ?? "")}, by which this server is not "
        + "known: name it in the key HttpHosts");

    public static Task RefuseContentTypeAsync(HttpContext context) => AnswerAsync(
        context, StatusCodes.Status415UnsupportedMediaType, StatusCode.InvalidArgument,
        "a body must be JSON in UTF-8, not encoded otherwise, with Content-Type: application/json; an empty one is {}");

    /// <summary>For a body that is too long, or that is broken off: nobody may be there any more.</summary>
    public static Task RefuseBodyAsync(HttpContext context, BadHttpRequestException broken, string limit, int bytes) =>
        broken.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? AnswerAsync(
                context, broken.StatusCode, StatusCode.ResourceExhausted,
                $"the body is too long ({limit} is {bytes})")
            : AnswerAsync(
                context, broken.StatusCode, StatusCode.InvalidArgument, $"the body cannot be read: {broken.Message}");

    public static Task RefuseFieldsAsync(
        HttpContext context, IReadOnlyList<(string Field, string Description)> faults) =>
        AnswerAsync(context, StatusCodes.Status400BadRequest, Refusals.Invalid(faults));

    public static Task RefuseMemoryAsync(HttpContext context) =>
        AnswerAsync(context, StatusCodes.Status429TooManyRequests, Refusals.TooMuchUnderWay());

    /// <summary>401: the caller has not said who it is; 403: it may not ask; 503: it cannot be found out now.</summary>
    public static Task RefuseAccessAsync(HttpContext context, AccessFault fault)
    {
        var status = fault.Kind switch
        {
            AccessFaultKind.Credentials => StatusCodes.Status401Unauthorized,
            AccessFaultKind.Permission => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status503ServiceUnavailable,
        };
        if (fault.Kind == AccessFaultKind.Credentials) context.Response.Headers.WWWAuthenticate = "Bearer";
        return AnswerAsync(context, status, Refusals.NotAllowed(fault));
    }

    /// <summary>For an answer that has a status alone.</summary>
    public static Task ExplainAsync(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => AnswerAsync(
            context, StatusCodes.Status404NotFound, StatusCode.NotFound,
            $"there is nothing at {RequestFaults.Quote(context.Request.Path)}; docs/http.md has the paths"),
        StatusCodes.Status405MethodNotAllowed => AnswerAsync(
            context, StatusCodes.Status405MethodNotAllowed, StatusCode.Unimplemented,
            $"{context.Request.Method} is no method of {RequestFaults.Quote(context.Request.Path)}; try "
            + context.Response.Headers.Allow),
        _ => Task.CompletedTask,
    };

    private static Task AnswerAsync(HttpContext context, int status, StatusCode code, string message) =>
        AnswerAsync(context, status, new RpcException(new(code, message)));

    private static Task AnswerAsync(HttpContext context, int status, RpcException refusal)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        var said = refusal.GetRpcStatus()
            ?? new Status { Code = (int)refusal.StatusCode, Message = refusal.Status.Detail };
        return context.Response.WriteAsync(Formatter.Format(said), context.RequestAborted);
    }
}
