using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace AgentStatus.Server.Tests.Running;

/// <summary>HTTP/2 by hand, for what no client library sends: RFC 9113.</summary>
internal static class RawHttp2
{
    /// <summary>What a client sends first, with empty settings.</summary>
    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [])];

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>What a client sends first that leaves no window for answers.</summary>
    public static byte[] PrefaceWithoutWindow { get; } =
        [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(4, 0, 0, [0, 4, 0, 0, 0, 0])];

    /// <summary>A message as gRPC sends it, but for compression.</summary>
    public static byte[] Message(IMessage message)
    {
        var bytes = message.ToByteArray();
        return [0, 0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    /// <summary>So many whole requests, on the streams of a new connection.</summary>
    public static byte[] Requests(int count, string method, IMessage message)
    {
        var (headers, body) = (Headers(method), Message(message));
        return
        [
            .. Enumerable.Range(0, count).SelectMany(stream => (byte[])
                [.. Frame(1, 4, 1 + (2 * stream), headers), .. Frame(0, 1, 1 + (2 * stream), body)]),
        ];
    }

    /// <summary>A connection from an address of this machine, with this sent.</summary>
    public static async Task<Socket> ConnectAsync(int port, IPAddress from, params byte[] sent)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(sent);
        return socket;
    }

    /// <summary>The header block of a request to our service, or to another one by its path: literals without indexing,
    /// RFC 7541, section 6.2.2.</summary>
    public static byte[] Headers(string method, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var path = method.StartsWith('/') ? method : $"/{AgentStatusService.Descriptor.FullName}/{method}";
        (string, string)[] headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", path),
            (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers"), .. more,
        ];
        return [.. headers.SelectMany(header => (byte[])[0, .. Text(header.Item1), .. Text(header.Item2)])];
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
