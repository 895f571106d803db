using System.Buffers.Binary;
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

    /// <summary>The header block of a request to our service: literals without indexing, RFC 7541, section
    /// 6.2.2.</summary>
    public static byte[] Headers(string method, params ReadOnlySpan<(string Name, string Value)> more)
    {
        (string, string)[] headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", $"/{AgentStatusService.Descriptor.FullName}/{method}"),
            (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers"), .. more,
        ];
        return [.. headers.SelectMany(header => (byte[])[0, .. Text(header.Item1), .. Text(header.Item2)])];
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
