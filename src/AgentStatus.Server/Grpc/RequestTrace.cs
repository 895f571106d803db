using System.Diagnostics;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>Spans of requests to one RPC whose callers trace them: those that say "sampled" in traceparent. Others cost
/// a look at that header, and only where spans are sent somewhere.</summary>
/// <param name="rpc">Its full name; null: one that there is not.</param>
internal sealed class RequestTrace(string? rpc)
{
    /// <summary>The last character of traceparent's flags: W3C Trace Context, section 3.2.2.5.</summary>
    private const int FlagsEnd = 54;

    /// <summary>The digits with the bit that says sampled, whatever the other bits say.</summary>
    private const string Sampled = "13579bdf";

    private static readonly ActivitySource Spans = new(Instruments.MeterName);

    private readonly string _name = rpc?.TrimStart('/') ?? "_OTHER";

    /// <summary>The span, which has begun; null: nobody wants it.</summary>
    public Activity? Begin(HttpRequest request)
    {
        if (!Spans.HasListeners() || request.Headers.TraceParent is not [{ } parent]) return null;
        return parent.Length > FlagsEnd && Sampled.Contains(parent[FlagsEnd])
            && ActivityContext.TryParse(parent, request.Headers.TraceState, isRemote: true, out var caller)
                ? Spans.StartActivity(_name, ActivityKind.Server, caller)
                : null;
    }

    /// <summary>Ends it, where there is one.</summary>
    public static void End(Activity? span, HttpResponse response)
    {
        if (span is null) return;
        var code = RequestDuration.CodeOf(response);
        span.SetTag("rpc.system.name", "grpc");
        span.SetTag("rpc.method", span.OperationName);
        span.SetTag("rpc.response.status_code", RequestDuration.NameOf(code));
        if (code is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented
            or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss)
            span.SetStatus(ActivityStatusCode.Error);
        span.Dispose();
    }
}
