using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace AgentStatus.Server.Grpc;

/// <summary>A position in a list as text: two numbers, and an id where those are not enough. Bound to a message by a
/// digest: one that was changed, or comes with another message, is not ours. Any server can read it. It guards against
/// mistakes; it is no secret, so that whoever reads it checks what it says.</summary>
internal static class BoundPosition
{
    private const int NumbersLength = 16;
    private const int DigestLength = 12;
    private const int LongestLength = NumbersLength + Limits.EventIdCharacters + DigestLength;

    /// <summary>The position that the text says; null if it is not ours.</summary>
    public static (long First, long Second, string Id)? Read(string text, IMessage bound)
    {
        Span<byte> bytes = stackalloc byte[LongestLength];
        if (text.Length > Base64Url.GetEncodedLength(LongestLength)
            || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length < NumbersLength + DigestLength)
            return null;
        var (first, second) = (
            BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        var id = Encoding.ASCII.GetString(bytes[NumbersLength..(length - DigestLength)]);
        return Write(first, second, bound, id) == text ? (first, second, id) : null;
    }

    /// <param name="id">Printable ASCII characters, as those of an event; empty: there is none.</param>
    public static string Write(long first, long second, IMessage bound, string id = "")
    {
        var length = NumbersLength + id.Length;
        var content = new byte[length + bound.CalculateSize()];
        BinaryPrimitives.WriteInt64LittleEndian(content, first);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(8), second);
        Encoding.ASCII.GetBytes(id, content.AsSpan(NumbersLength));
        bound.WriteTo(content.AsSpan(length));
        byte[] bytes = [.. content[..length], .. SHA256.HashData(content)[..DigestLength]];
        return Base64Url.EncodeToString(bytes);
    }
}
