using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentStatus.Client;

/// <summary>The connections to the servers: of all companies, or of each part of them.</summary>
internal sealed class ServerChannels : IDisposable
{
    /// <summary>A company's business hours may have 14 MB.</summary>
    private const int LargestAnswerBytes = 16 * 1024 * 1024;

    /// <summary>Says to a proxy in which part the request's company is.</summary>
    private const string Header = "agentstatus-partition";

    private readonly List<GrpcChannel> _channels;

    public ServerChannels(AgentStatusClientOptions options, ILoggerFactory? loggerFactory)
    {
        _channels = [.. options.AddressesOfParts.Select(addresses => Open(options, addresses, loggerFactory))];
        var count = options.ProxiedPartitions;
        OfParts = count == 0
            ? [.. _channels.Select(channel => channel.CreateCallInvoker())]
            : [.. Enumerable.Range(1, count).Select(number => Saying($"{number}/{count}"))];
        Invoker = OfParts is [var one] ? one : new PartitionInvoker(OfParts);
    }

    /// <summary>Where the requests about each part's companies go, those of part 1 first; one where companies are not
    /// divided.</summary>
    public IReadOnlyList<CallInvoker> OfParts { get; }

    /// <summary>Sends each request where it belongs.</summary>
    public CallInvoker Invoker { get; }

    public void Dispose()
    {
        foreach (var channel in _channels) channel.Dispose();
    }

    private CallInvoker Saying(string part) => _channels[0].Intercept(headers =>
    {
        headers.Add(Header, part);
        return headers;
    });

    private static GrpcChannel Open(
        AgentStatusClientOptions options, IList<Uri> addresses, ILoggerFactory? loggerFactory)
    {
        var connections = new SocketsHttpHandler
        {
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            // The server takes 128 streams a connection; who sends more at a time opens another.
            EnableMultipleHttp2Connections = true,
            UseProxy = false,
            SslOptions = ClientTls.Read(options),
        };
        var channel = new GrpcChannelOptions
        {
            HttpHandler = new CredentialsHandler(options, new LostConnectionHandler(connections)),
            DisposeHttpClient = true,
            LoggerFactory = loggerFactory,
            MaxReceiveMessageSize = LargestAnswerBytes,
            MaxRetryAttempts = options.MaxAttempts,
            ServiceConfig = options.MaxAttempts > 1 ? Retries(options) : null,
        };
        if (addresses is [var one]) return GrpcChannel.ForAddress(ServerSocket.Use(one, connections), channel);

        // By turns among those that can be reached.
        channel.ServiceProvider = new Resolvers(new StaticResolverFactory(
            _ => addresses.Select(address => new BalancerAddress(address.IdnHost, address.Port))));
        channel.Credentials = addresses[0].Scheme == Uri.UriSchemeHttps
            ? ChannelCredentials.SecureSsl
            : ChannelCredentials.Insecure;
        channel.ServiceConfig ??= new();
        channel.ServiceConfig.LoadBalancingConfigs.Add(new RoundRobinConfig());
        return GrpcChannel.ForAddress("static:///part", channel);
    }

    /// <summary>Every unary request may be repeated: reads as they are, RecordStatus for its event id. Streams reopen
    /// themselves.</summary>
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
        foreach (var unary in AgentStatusService.Descriptor.Methods.Where(method => !method.IsServerStreaming))
            method.Names.Add(new MethodName { Service = unary.Service.FullName, Method = unary.Name });
        return new ServiceConfig { MethodConfigs = { method } };
    }

    /// <summary>All that gRPC asks for beside the options.</summary>
    private sealed class Resolvers(ResolverFactory factory) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IEnumerable<ResolverFactory>) ? new[] { factory } : null;
    }
}
