using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentStatus.Client;

/// <summary>The connection: keepalive, and retries by gRPC's own policy.</summary>
internal static class AgentStatusChannel
{
    // Every unary request may be repeated: reads as they are, RecordStatus for its event id. A stream reopens itself.
    private static readonly string[] RepeatableMethods = ["RecordStatus", "ClassifyRingTarget", "ClassifyRingTargets",
        "GetBreakdown"];

    public static GrpcChannel Open(AgentStatusClientOptions options, ILoggerFactory? loggerFactory) =>
        GrpcChannel.ForAddress(options.Endpoint, new GrpcChannelOptions
        {
            HttpHandler = Handler(options),
            DisposeHttpClient = true,
            LoggerFactory = loggerFactory,
            MaxRetryAttempts = options.MaxAttempts,
            ServiceConfig = options.MaxAttempts > 1 ? Retries(options) : null,
        });

    private static SocketsHttpHandler Handler(AgentStatusClientOptions options) => new()
    {
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        // The server takes 1,024 streams a connection (StreamsPerConnection); who sends more at a time opens another.
        EnableMultipleHttp2Connections = true,
        UseProxy = false,
    };

    private static ServiceConfig Retries(AgentStatusClientOptions options)
    {
        var method = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = options.MaxAttempts,
                InitialBackoff = options.InitialBackoff,
                MaxBackoff = options.MaxBackoff,
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var name in RepeatableMethods)
        {
            method.Names.Add(new MethodName
            {
                Service = AgentStatusService.Descriptor.FullName,
                Method = name,
            });
        }

        return new ServiceConfig { MethodConfigs = { method } };
    }
}
