using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace AgentStatus.Benchmarks.Load;

/// <summary>A lean HTTP/2 client connection for gRPC requests of one method: blocking, no allocation a request. On a
/// machine where load and server share the cores, a full client costs more than the server and would flatten every
/// ratio. It does what it needs and relies on requests being small: it never fills the server's receive
/// window.</summary>
internal sealed class Http2Connection : IDisposable
{
    private const int GrpcPrefixBytes = 5;
    private const int WindowBytes = int.MaxValue;
    private const int DefaultWindowBytes = 65_535;
    private const int TopUpBytes = 1 << 30;
    private const int NoError = 0;
    private const ushort EnablePush = 2;
    private const ushort InitialWindowSize = 4;

    private readonly Socket _socket;

    /// <summary>Null: without TLS.</summary>
    private readonly SslStream? _tls;

    private readonly Http2Frames _out = new();
    private readonly RequestHeaders _headers;
    private readonly byte[] _in = new byte[256 * 1024];
    private int _inLength;
    private int _received;
    private int _nextStream = 1;

    /// <param name="route">To the server.</param>
    /// <param name="method">The path of all requests, /package.Service/Method.</param>
    public Http2Connection(Route route, string method)
    {
        _headers = new RequestHeaders(route.Tls is null, route.Authority, method, route.Authorization);
        var isTcp = route.To is IPEndPoint;
        _socket = new Socket(
            route.To.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        if (isTcp) _socket.NoDelay = true;
        if (route.From is not null) _socket.Bind(new IPEndPoint(route.From, 0));
        _socket.Connect(route.To);
        if (route.Tls is not null)
        {
            _tls = new SslStream(new NetworkStream(_socket));
            _tls.AuthenticateAsClient(route.Tls);
        }

        _out.Raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        _out.Header(12, FrameType.Settings, FrameFlags.None, 0);
        _out.Setting(EnablePush, 0);
        _out.Setting(InitialWindowSize, WindowBytes);
        _out.WindowUpdate(WindowBytes - DefaultWindowBytes);
    }

    /// <summary>Begins a request with its one message, or with its first of many; gives its stream. Sent at the next
    /// flush.</summary>
    public int BeginRequest(IMessage message, bool isLast)
    {
        var stream = _nextStream;
        var block = stream == 1 ? _headers.First : _headers.Later;
        _nextStream += 2;
        _out.Header(block.Length, FrameType.Headers, FrameFlags.EndHeaders, stream);
        _out.Raw(block);
        SendMessage(stream, message, isLast);
        return stream;
    }

    /// <summary>Sends a message on a stream that has begun.</summary>
    public void SendMessage(int stream, IMessage message, bool isLast)
    {
        var bytes = message.CalculateSize();
        _out.Header(GrpcPrefixBytes + bytes, FrameType.Data, isLast ? FrameFlags.EndStreamOrAck : FrameFlags.None,
            stream);
        var payload = _out.Take(GrpcPrefixBytes + bytes);
        payload[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(payload[1..], bytes);
        message.WriteTo(payload[GrpcPrefixBytes..]);
    }

    /// <summary>Ends the sending side of a stream.</summary>
    public void EndSending(int stream) => _out.Header(0, FrameType.Data, FrameFlags.EndStreamOrAck, stream);

    /// <summary>Whether bytes are here already; without TLS.</summary>
    public bool HasBytes => _socket.Poll(0, SelectMode.SelectRead);

    public void Flush()
    {
        if (_tls is not null) _tls.Write(_out.Written);
        else
            for (var rest = _out.Written; rest.Length > 0;) rest = rest[_socket.Send(rest)..];
        _out.Clear();
    }

    /// <summary>Waits for bytes and passes on what is complete.</summary>
    /// <exception cref="IOException">The server ended the connection or a stream.</exception>
    public void Receive(IFrameReceiver receiver)
    {
        var bytes = _tls?.Read(_in.AsSpan(_inLength)) ?? _socket.Receive(_in.AsSpan(_inLength));
        if (bytes == 0) throw new IOException("The server closed the connection.");
        receiver.Arrived();
        _inLength += bytes;
        var rest = _in.AsSpan(0, _inLength);
        while (rest.Length >= Http2Frames.HeaderBytes)
        {
            var length = (rest[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            if (rest.Length < Http2Frames.HeaderBytes + length) break;
            Dispatch(
                receiver,
                (FrameType)rest[3],
                (FrameFlags)rest[4],
                BinaryPrimitives.ReadInt32BigEndian(rest[5..]),
                rest.Slice(Http2Frames.HeaderBytes, length));
            rest = rest[(Http2Frames.HeaderBytes + length)..];
        }

        rest.CopyTo(_in);
        _inLength = rest.Length;
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
    }

    private void Dispatch(IFrameReceiver receiver, FrameType type, FrameFlags flags, int stream,
        ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FrameType.Data:
                TopUp(payload.Length);
                receiver.Content(stream, payload);
                break;
            case FrameType.Settings when !flags.HasFlag(FrameFlags.EndStreamOrAck):
                _out.Header(0, FrameType.Settings, FrameFlags.EndStreamOrAck, 0);
                break;
            case FrameType.Ping when !flags.HasFlag(FrameFlags.EndStreamOrAck):
                _out.Header(payload.Length, FrameType.Ping, FrameFlags.EndStreamOrAck, 0);
                _out.Raw(payload);
                break;
            case FrameType.Reset when BinaryPrimitives.ReadInt32BigEndian(payload) == NoError:
                // After an answer that did not need all of the request (RFC 9113, 8.1).
                break;
            case FrameType.Reset or FrameType.GoAway:
                throw new IOException($"The server sent {type} on stream {stream}.");
        }

        if (type is FrameType.Data or FrameType.Headers && flags.HasFlag(FrameFlags.EndStreamOrAck))
            receiver.Ended(stream);
    }

    private void TopUp(int bytes)
    {
        _received += bytes;
        if (_received < TopUpBytes) return;
        _out.WindowUpdate(_received);
        _received = 0;
    }
}

/// <summary>Gets what arrives on a connection, on the thread that receives.</summary>
internal interface IFrameReceiver
{
    /// <summary>Bytes are here: what follows has come at this instant.</summary>
    void Arrived();

    /// <summary>A piece of a stream's answers, gRPC prefixes included.</summary>
    void Content(int stream, ReadOnlySpan<byte> bytes);

    /// <summary>The server has said all on this stream.</summary>
    void Ended(int stream);
}
