using System.Net;
using System.Net.Security;

namespace AgentStatus.Benchmarks.Load;

/// <summary>How a connection reaches a server, and who it says that it is.</summary>
/// <param name="To">A port of the loopback address, or a socket file.</param>
internal sealed record Route(EndPoint To)
{
    /// <summary>Another loopback address than the usual to come from; null: the usual.</summary>
    public IPAddress? From { get; init; }

    /// <summary>Of each request; null: none.</summary>
    public string? Authorization { get; init; }

    /// <summary>TLS; null: none.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>What requests name as the host.</summary>
    public string Authority => To is IPEndPoint ? $"{To}" : "localhost";

    /// <summary>To a port of the loopback address.</summary>
    public static Route ToPort(int port) => new(new IPEndPoint(IPAddress.Loopback, port));
}
