using System.Buffers;
using AgentStatus.Server.Configuration;
using Microsoft.AspNetCore.Connections;

namespace AgentStatus.Server.Hosting;

/// <summary>What somebody gets who speaks HTTP without TLS to a port that has TLS: a word that they understand, instead
/// of an alert that they do not.</summary>
internal static class PlainAnswer
{
    /// <summary>The type of a TLS record with a handshake: RFC 8446, section 5.1.</summary>
    private const byte HandshakeRecord = 22;

    private static readonly SearchValues<byte> Methods = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ "u8);

    private static readonly byte[] Http1 =
    [
        .. "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 36\r\n\r\n"u8,
        .. "This port speaks TLS: use https://.\n"u8,
    ];

    /// <summary>Empty settings, and GOAWAY with INADEQUATE_SECURITY and the reason: RFC 9113, sections 6.5 and
    /// 6.8.</summary>
    private static readonly byte[] Http2 =
    [
        0, 0, 0, 4, 0, 0, 0, 0, 0,
        0, 0, 43, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, .. "This port speaks TLS: use https://.\n"u8[..35],
    ];

    /// <summary>Whether the client begins with TLS; answers it if not. Its first bytes are there.</summary>
    public static async Task<bool> IsTlsAsync(ConnectionContext connection)
    {
        if (!connection.Transport.Input.TryRead(out var read)) return false;
        var first = read.Buffer.Slice(0, Math.Min(4, read.Buffer.Length)).ToArray();
        connection.Transport.Input.AdvanceTo(read.Buffer.Start);
        if (first.Length > 0 && first[0] == HandshakeRecord) return true;
        var isHttp2 = first.AsSpan().SequenceEqual("PRI "u8);
        if (!isHttp2 && !IsMethod(first)) return false;
        using var limit = new CancellationTokenSource(ServerLimits.Handshake);
        try
        {
            await connection.Transport.Output.WriteAsync(isHttp2 ? Http2 : Http1, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // It does not read.
        }

        return false;
    }

    private static bool IsMethod(ReadOnlySpan<byte> first) => first.Length == 4 && !first.ContainsAnyExcept(Methods);
}
