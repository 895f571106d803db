using System.Net;
using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AgentStatus.Server.Hosting;

/// <summary>What Kestrel listens on, and what a connection may do.</summary>
internal static class Listening
{
    public static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        var guard = kestrel.ApplicationServices.GetRequiredService<ConnectionGuard>();
        Listen(kestrel, options.Endpoint, options.Address, HttpProtocols.Http2, guard);
    }

    /// <summary>The same for the second endpoint.</summary>
    public static void ConfigureHttp(KestrelServerOptions kestrel, ServerOptions options, ConnectionGuard guard)
    {
        Listen(kestrel, options.Http!, options.HttpAddress, HttpProtocols.Http1, guard);
        kestrel.Limits.MaxRequestLineSize = ServerLimits.RequestHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = ServerLimits.JsonBatchBytes;
    }

    private static void Listen(
        KestrelServerOptions kestrel, Uri endpoint, IPAddress? address, HttpProtocols protocols, ConnectionGuard guard)
    {
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits);
        if (address is null) kestrel.ListenLocalhost(endpoint.Port, Use);
        else kestrel.Listen(address, endpoint.Port, Use);

        void Use(ListenOptions listen)
        {
            listen.Protocols = protocols;
            var isPaced = protocols == HttpProtocols.Http2;
            listen.Use(next => connection => guard.PassAsync(connection, next, isPaced));
        }
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
