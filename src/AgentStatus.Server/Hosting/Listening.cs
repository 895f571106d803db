using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentStatus.Server.Hosting;

/// <summary>What Kestrel listens on, and what a connection may do.</summary>
internal static class Listening
{
    public static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits);
        if (options.Address is null) kestrel.ListenLocalhost(options.Endpoint.Port, Use);
        else kestrel.Listen(options.Address, options.Endpoint.Port, Use);
    }

    private static void Use(ListenOptions listen)
    {
        var guard = listen.ApplicationServices.GetRequiredService<ConnectionGuard>();
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(next => connection => guard.PassAsync(connection, next));
    }

    private static void Limit(KestrelServerLimits limits)
    {
        var rate = new MinDataRate(ServerLimits.DataBytesPerSecond, ServerLimits.DataGrace);
        (limits.MinRequestBodyDataRate, limits.MinResponseDataRate) = (rate, rate);
        limits.KeepAliveTimeout = ServerLimits.IdleConnection;
        limits.RequestHeadersTimeout = ServerLimits.RequestHeaders;
        limits.MaxRequestHeadersTotalSize = ServerLimits.RequestHeaderBytes;
        limits.Http2.MaxStreamsPerConnection = ServerLimits.StreamsPerConnection;
        limits.Http2.InitialConnectionWindowSize = ServerLimits.ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = ServerLimits.StreamWindowBytes;
        limits.Http2.KeepAlivePingDelay = ServerLimits.PingAfter;
        limits.Http2.KeepAlivePingTimeout = ServerLimits.PingTimeout;
    }
}
