using System.Net.Sockets;

namespace AgentStatus.Client;

/// <summary>A server's socket file: less work than a port of the same machine.</summary>
internal static class ServerSocket
{
    private const string Scheme = "unix";

    /// <summary>What gRPC puts into requests, which have to name a host.</summary>
    private static readonly Uri Nominal = new("http://localhost");

    /// <summary>Whether this is a server's address: of a port, or of a socket file.</summary>
    public static bool IsAddress(Uri? address) =>
        address is { IsAbsoluteUri: true, PathAndQuery: "/", Scheme: "http" or "https" } || PathOf(address) is not null;

    /// <summary>What a channel is made for, and how it connects.</summary>
    public static Uri Use(Uri address, SocketsHttpHandler connections)
    {
        if (PathOf(address) is not { } path) return address;
        connections.ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation);
        return Nominal;
    }

    private static string? PathOf(Uri? address) =>
        address is { IsAbsoluteUri: true, Scheme: Scheme, Host: "", Query: "", AbsolutePath.Length: > 1 }
            && address.AbsolutePath[0] == '/'
                ? Uri.UnescapeDataString(address.AbsolutePath)
                : null;

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
