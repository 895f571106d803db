using System.Buffers.Binary;

namespace AgentStatus.Benchmarks.Load;

/// <summary>Frames of RFC 9113, written into a buffer that grows.</summary>
internal sealed class Http2Frames
{
    public const int HeaderBytes = 9;

    private byte[] _bytes = new byte[16_384];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Room for this many bytes; they count as written.</summary>
    public Span<byte> Take(int bytes)
    {
        if (_length + bytes > _bytes.Length) Array.Resize(ref _bytes, 2 * (_length + bytes));
        var taken = _bytes.AsSpan(_length, bytes);
        _length += bytes;
        return taken;
    }

    public void Raw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>A frame's header; its payload comes next.</summary>
    public void Header(int payloadBytes, FrameType type, FrameFlags flags, int stream)
    {
        var to = Take(HeaderBytes);
        to[0] = (byte)(payloadBytes >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(to[1..], (ushort)payloadBytes);
        to[3] = (byte)type;
        to[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(to[5..], stream);
    }

    public void WindowUpdate(int bytes)
    {
        Header(4, FrameType.WindowUpdate, FrameFlags.None, 0);
        BinaryPrimitives.WriteInt32BigEndian(Take(4), bytes);
    }

    public void Setting(ushort id, uint value)
    {
        var to = Take(6);
        BinaryPrimitives.WriteUInt16BigEndian(to, id);
        BinaryPrimitives.WriteUInt32BigEndian(to[2..], value);
    }
}

/// <summary>RFC 9113, section 6.</summary>
internal enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    Reset = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
}

/// <summary>RFC 9113, section 6.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>END_STREAM on DATA and HEADERS, ACK on SETTINGS and PING.</summary>
    EndStreamOrAck = 1,
    EndHeaders = 4,
}
