// Hot path: the tags of each code are made once, and nothing is done where nobody listens.
using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace AgentStatus.Server.Grpc;

/// <summary>Measures the requests to one RPC: from the request's headers to the answer's last byte, as the handler gave
/// it; not how long the client took to read it. By OpenTelemetry's conventions for RPC.</summary>
/// <param name="rpc">Its full name; null: one that there is not.</param>
internal sealed class RequestDuration(Histogram<double> seconds, string? rpc, TimeProvider clock)
{
    private readonly KeyValuePair<string, object?>[][] _tags = TagsOf(rpc?.TrimStart('/') ?? "_OTHER");

    /// <summary>When it began, for <see cref="End(long, HttpResponse)"/>; 0: nobody listens.</summary>
    public long Begin() => seconds.Enabled ? clock.GetTimestamp() : 0;

    /// <summary>It is answered, or its client is gone.</summary>
    public void End(long startedAt, HttpResponse response)
    {
        if (startedAt != 0) End(startedAt, CodeOf(response));
    }

    /// <summary>The same, of one whose code is known.</summary>
    public void End(long startedAt, StatusCode code)
    {
        if (startedAt != 0) seconds.Record(clock.GetElapsedTime(startedAt).TotalSeconds, _tags[(int)code]);
    }

    /// <summary>The code, as gRPC has written it. Nothing was written for a client that is gone.</summary>
    public static StatusCode CodeOf(HttpResponse response)
    {
        var written = response.HasStarted
            ? response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers.GrpcStatus
            : default;
        return (written is { Count: > 0 } ? written : response.Headers.GrpcStatus) is [{ } text]
            && byte.TryParse(text, out var code) && code <= (byte)StatusCode.Unauthenticated
                ? (StatusCode)code
                : StatusCode.Cancelled;
    }

    private static KeyValuePair<string, object?>[][] TagsOf(string rpc) =>
    [
        .. Enumerable.Range(0, (int)StatusCode.Unauthenticated + 1).Select(code =>
            new KeyValuePair<string, object?>[]
            {
                new("rpc.method", rpc),
                new("rpc.response.status_code", NameOf((StatusCode)code)),
                new("rpc.system.name", "grpc"),
            }),
    ];

    /// <summary>As the contract spells it: DEADLINE_EXCEEDED.</summary>
    public static string NameOf(StatusCode code) => code == StatusCode.OK
        ? "OK"
        : string.Concat($"{code}".Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
