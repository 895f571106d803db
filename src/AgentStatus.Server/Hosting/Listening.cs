using AgentStatus.Server.Configuration;
using AgentStatus.Core;
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
        var rate = new MinDataRate(Limits.DataBytesPerSecond, Limits.DataGrace);
        (limits.MinRequestBodyDataRate, limits.MinResponseDataRate) = (rate, rate);
        limits.KeepAliveTimeout = Limits.IdleConnection;
        limits.RequestHeadersTimeout = Limits.RequestHeaders;
        limits.MaxRequestHeadersTotalSize = Limits.RequestHeaderBytes;
        limits.Http2.MaxStreamsPerConnection = Limits.StreamsPerConnection;
        limits.Http2.InitialConnectionWindowSize = Limits.ConnectionWindowBytes;
        limits.Http2.InitialStreamWindowSize = Limits.StreamWindowBytes;
        limits.Http2.KeepAlivePingDelay = Limits.PingAfter;
        limits.Http2.KeepAlivePingTimeout = Limits.PingTimeout;
    }
}
