using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Google.Protobuf;

namespace AgentStatus.Server.Grpc;

/// <summary>Two numbers as text, bound to a message by a digest: one that was changed, or comes with another message,
/// is not ours. Any server can read it. It guards against mistakes; it is no secret.</summary>
internal static class BoundNumbers
{
    private const int NumbersLength = 16;
    private const int DigestLength = 12;

    /// <summary>The numbers of the text; null if it is not ours.</summary>
    public static (long First, long Second)? Read(string text, IMessage bound)
    {
        Span<byte> bytes = stackalloc byte[NumbersLength + DigestLength];
        if (text.Length != Base64Url.GetEncodedLength(bytes.Length)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length != bytes.Length)
            return null;
        var (first, second) = (
            BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        return Write(first, second, bound) == text ? (first, second) : null;
    }

    public static string Write(long first, long second, IMessage bound)
    {
        var content = new byte[NumbersLength + bound.CalculateSize()];
        BinaryPrimitives.WriteInt64LittleEndian(content, first);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(8), second);
        bound.WriteTo(content.AsSpan(NumbersLength));
        Span<byte> bytes = stackalloc byte[NumbersLength + DigestLength];
        content.AsSpan(0, NumbersLength).CopyTo(bytes);
        SHA256.HashData(content).AsSpan(0, DigestLength).CopyTo(bytes[NumbersLength..]);
        return Base64Url.EncodeToString(bytes);
    }
}
