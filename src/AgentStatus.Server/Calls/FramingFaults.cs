using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Calls;

/// <summary>
/// Calls that break gRPC's framing: no message, two messages for a unary call, a cut one, one that is not as compressed
/// as it says. The framework answers INTERNAL or UNKNOWN before any handler runs; it is the caller's fault, so
/// INVALID_ARGUMENT. Handlers never end with either: <see cref="CallErrors"/>.
/// </summary>
internal static class FramingFaults
{
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";
    private static readonly string Internal = Number(StatusCode.Internal);
    private static readonly string Unknown = Number(StatusCode.Unknown);
    private static readonly string Invalid = Number(StatusCode.InvalidArgument);

    public static Task AnswerAsInvalidAsync(HttpContext context, RequestDelegate next)
    {
        var call = next(context);
        if (!call.IsCompletedSuccessfully) return AnswerLaterAsync(call, context);
        Mend(context);
        return Task.CompletedTask;
    }

    private static async Task AnswerLaterAsync(Task call, HttpContext context)
    {
        await call;
        Mend(context);
    }

    private static void Mend(HttpContext context)
    {
        // An answer without messages has its status in the headers; they have not been sent yet.
        var response = context.Response;
        var fields = response.HasStarted
            ? context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers
            : response.Headers;
        if (fields is null || fields.IsReadOnly || !fields.TryGetValue(StatusName, out var status)) return;
        if (status == Internal) fields[StatusName] = Invalid;
        if (status != Unknown) return;
        fields[StatusName] = Invalid;
        fields[MessageName] = "the request could not be read";
    }

    private static string Number(StatusCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);
}
