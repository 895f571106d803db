using System.Net;
using System.Net.Security;
using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace AgentStatus.Server.Hosting;

/// <summary>What Kestrel listens on, and what a connection may do.</summary>
internal static class Listening
{
    /// <summary>gRPC's endpoint, and the second one's clients where both share a port.</summary>
    public static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        var services = kestrel.ApplicationServices;
        var shared = options.IsShared ? services.GetRequiredService<HandedConnections>() : null;
        Listen(kestrel, options.Endpoint, options.Address, HttpProtocols.Http2, services, shared, options.Socket);
    }

    /// <summary>The same for the second endpoint.</summary>
    /// <param name="kestrel">The second Kestrel's.</param>
    /// <param name="options">Where to listen.</param>
    /// <param name="server">The first one's services.</param>
    public static void ConfigureHttp(KestrelServerOptions kestrel, ServerOptions options, IServiceProvider server)
    {
        if (options.IsShared)
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits);
            kestrel.Listen(
                server.GetRequiredService<HandedConnections>().EndPoint,
                listen => listen.Protocols = HttpProtocols.Http1);
        }
        else Listen(kestrel, options.Http!, options.HttpAddress, HttpProtocols.Http1, server, shared: null);

        kestrel.Limits.MaxRequestLineSize = ServerLimits.RequestHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = ServerLimits.JsonBatchBytes;
    }

    private static void Listen(
        KestrelServerOptions kestrel, Uri endpoint, IPAddress? address, HttpProtocols protocols,
        IServiceProvider services, HandedConnections? shared, UnixSocket? socket = null)
    {
        var guard = services.GetRequiredService<ConnectionGuard>();
        var hasTls = endpoint.Scheme == Uri.UriSchemeHttps;
        kestrel.AddServerHeader = false;
        Limit(kestrel.Limits);
        if (socket is not null) kestrel.ListenUnixSocket(socket.Path, Use);
        else if (address is null) kestrel.ListenLocalhost(endpoint.Port, Use);
        else kestrel.Listen(address, endpoint.Port, Use);

        void Use(ListenOptions listen)
        {
            listen.Protocols = protocols;
            listen.Use(next => connection => guard.PassAsync(connection, next, hasTls));
            if (hasTls)
            {
                var certificates = services.GetRequiredService<TlsCertificates>();
                listen.UseHttps(certificates.For(Spoken(protocols, shared is not null)));
            }

            if (protocols == HttpProtocols.Http2)
                listen.Use(next => connection => SpeakAsync(connection, next, hasTls, shared));
        }
    }

    /// <summary>What a client is offered. On a shared port HTTP/1.1 comes first: browsers know both, and are the second
    /// endpoint's; who speaks gRPC asks for HTTP/2 alone, since it has no other.</summary>
    private static List<SslApplicationProtocol> Spoken(HttpProtocols protocols, bool isShared) => protocols switch
    {
        HttpProtocols.Http1 => [SslApplicationProtocol.Http11],
        _ when isShared => [SslApplicationProtocol.Http11, SslApplicationProtocol.Http2],
        _ => [SslApplicationProtocol.Http2],
    };

    /// <summary>After TLS: HTTP/2 is gRPC's, all else the second endpoint's where the port is its own, too. Kestrel
    /// would log a line for each client without ALPN.</summary>
    private static Task SpeakAsync(
        ConnectionContext connection, ConnectionDelegate next, bool hasTls, HandedConnections? shared)
    {
        var spoken = connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol ?? default;
        var isHttp2 = spoken.Span.SequenceEqual(SslApplicationProtocol.Http2.Protocol.Span);
        if (hasTls && !isHttp2) return shared?.GiveAsync(connection) ?? Task.CompletedTask;
        ConnectionGuard.Pace(connection);
        return next(connection);
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
