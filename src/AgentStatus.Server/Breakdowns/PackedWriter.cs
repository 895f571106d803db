using System.Buffers;
using System.Numerics;
using Google.Protobuf;

namespace AgentStatus.Server.Breakdowns;

/// <summary>
/// Writes protobuf's wire format (tag, length, content) into a pooled array, byte for byte as generated code does,
/// without an object for each message. One thread at a time.
/// </summary>
internal sealed class PackedWriter : IDisposable
{
    private const int FirstBytes = 64 * 1024;
    private const int VarintBytes = 10;
    private const int DurationBytes = 2 + (2 * (1 + VarintBytes));
    private const byte SecondsTag = 1 << 3;
    private const byte NanosTag = 2 << 3;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What is written; good until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>
    /// The tag of a message; its content follows, then <see cref="End"/> with the place that this gives.
    /// </summary>
    public int Begin(byte tag)
    {
        Reserve(2);
        _bytes[Length] = tag;
        Length += 2;
        return Length;
    }

    /// <summary>The message that began here is complete; gives the bytes of its content.</summary>
    public int End(int place)
    {
        var content = Length - place;
        var longer = VarintLength((uint)content) - 1;
        if (longer > 0)
        {
            // One byte was left for the length: most messages need no more.
            Reserve(longer);
            _bytes.AsSpan(place, content).CopyTo(_bytes.AsSpan(place + longer));
        }

        Length = place - 1;
        Varint((uint)content);
        Length += content;
        return content;
    }

    /// <summary>A field of at most 64 bits; left out if it is 0.</summary>
    public void Number(byte tag, long value)
    {
        if (value == 0) return;
        Reserve(1 + VarintBytes);
        _bytes[Length++] = tag;
        Varint((ulong)value);
    }

    /// <summary>A google.protobuf.Duration of 0 ms or more.</summary>
    public void Duration(byte tag, long elapsedMs)
    {
        Reserve(DurationBytes);
        _bytes[Length] = tag;
        var place = Length += 2;
        var (seconds, ms) = Math.DivRem((ulong)elapsedMs, 1_000);
        if (seconds > 0)
        {
            _bytes[Length++] = SecondsTag;
            Varint(seconds);
        }

        if (ms > 0)
        {
            _bytes[Length++] = NanosTag;
            Varint(ms * 1_000_000);
        }

        _bytes[place - 1] = (byte)(Length - place);
    }

    /// <summary>Bytes that are encoded already.</summary>
    public void Raw(ReadOnlySpan<byte> encoded)
    {
        Reserve(encoded.Length);
        encoded.CopyTo(_bytes.AsSpan(Length));
        Length += encoded.Length;
    }

    /// <summary>The fields of a message, without tag and length.</summary>
    public void Fields(IMessage message)
    {
        var bytes = message.CalculateSize();
        Reserve(bytes);
        message.WriteTo(_bytes.AsSpan(Length, bytes));
        Length += bytes;
    }

    /// <summary>Gives the array back. Nobody reads <see cref="Written"/> any more.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Length) = ([], 0);
    }

    private static int VarintLength(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes[Length++] = (byte)(value | 0x80);
        _bytes[Length++] = (byte)value;
    }

    private void Reserve(int bytes)
    {
        if (_bytes.Length - Length >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, Length + bytes));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
