// Hot path: a request of 50 targets is read in 1.8 us and 112 bytes, by generated code in 4.5 us and 3,369.
namespace AgentStatus.Server.Grpc;

/// <summary>Reads varints of protobuf as clients write them. False is no verdict: generated code then reads the bytes,
/// and says what is wrong with them, if anything.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Ten bytes of seven bits.</summary>
    private const int VarintBits = 70;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly bool IsAtEnd => _position == _bytes.Length;

    /// <summary>Bytes that are not read yet.</summary>
    public readonly int Left => _bytes.Length - _position;

    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        var position = _position;
        for (var shift = 0; shift < VarintBits && (uint)position < (uint)_bytes.Length; shift += 7)
        {
            var next = _bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next > 0x7F) continue;
            _position = position;
            return true;
        }

        return false;
    }

    /// <summary>The tag of a number or a message, in one byte: all of ours are.</summary>
    public bool TryReadTag(out int field, out bool isMessage)
    {
        var tag = IsAtEnd ? 0xFF : _bytes[_position++];
        (field, isMessage) = (tag >> 3, (tag & 7) == 2);
        return tag < 0x80 && (tag & 5) == 0;
    }

    /// <summary>A string, or a message as its bytes.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryReadVarint(out var length) || length > (ulong)Left) return false;
        bytes = _bytes.Slice(_position, (int)length);
        _position += (int)length;
        return true;
    }

    /// <summary>A message of up to two numbers, the fields 1 and 2: a target or a timestamp.</summary>
    public bool TryReadPair(out long first, out int second)
    {
        (first, second) = (0, 0);
        if (!TryReadVarint(out var length) || length > (ulong)Left) return false;
        var end = _position + (int)length;
        while (_position < end)
        {
            if (!TryReadTag(out var field, out var isMessage) || isMessage) return false;
            if (!TryReadVarint(out var value)) return false;
            if (field == 1) first = (long)value;
            else if (field == 2) second = (int)value;
            else return false;
        }

        return _position == end;
    }
}
