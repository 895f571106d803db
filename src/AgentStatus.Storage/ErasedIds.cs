using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentStatus.Core.Rings;

namespace AgentStatus.Storage;

/// <summary>What a store keeps of an id that was erased: the first 16 bytes of its SHA-256 together with the company's.
/// Who has an id can find out that it was erased; from what is kept nobody can tell the id, unless ids are made so that
/// they can be guessed.</summary>
public static class ErasedIds
{
    private const int Length = 16;

    /// <summary>Of an event, or of its retraction.</summary>
    public static byte[] OfEvent(long companyId, string eventId)
    {
        var content = new byte[1 + sizeof(long) + Encoding.UTF8.GetByteCount(eventId)];
        content[0] = (byte)'e';
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(1), companyId);
        Encoding.UTF8.GetBytes(eventId, content.AsSpan(1 + sizeof(long)));
        return Hash(content);
    }

    public static byte[] OfRing(in RingKey ring)
    {
        Span<byte> content = stackalloc byte[1 + (5 * sizeof(long))];
        content[0] = (byte)'r';
        var rest = content[1..];
        foreach (var number in (ReadOnlySpan<long>)
            [ring.CompanyId, ring.CallId, ring.RingGroupId, ring.AgentId, ring.RingAtMs])
        {
            BinaryPrimitives.WriteInt64LittleEndian(rest, number);
            rest = rest[sizeof(long)..];
        }

        return Hash(content);
    }

    /// <summary>Whom an erasure was of, once it has ended. Ids of agents are numbers, which can be tried: this hides
    /// them from who looks, not from who searches.</summary>
    public static byte[] Of(Erasure erasure)
    {
        var content = new byte[1 + (2 * sizeof(long))];
        content[0] = (byte)'a';
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(1), erasure.CompanyId);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(1 + sizeof(long)), erasure.AgentId);
        return Hash(content);
    }

    private static byte[] Hash(ReadOnlySpan<byte> content) => SHA256.HashData(content)[..Length];
}
