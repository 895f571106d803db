using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AgentStatus.Server.Verification;

/// <summary>Which event ids of a company came: 8 bytes of a hash of each, since a company has many millions. That two
/// of ten million ids have the same ones happens once in 300,000 verifications.</summary>
internal sealed class EventIds
{
    private readonly List<ulong> _hashes = [];

    public void Add(string eventId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(eventId.AsSpan()), hash);
        _hashes.Add(BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }

    /// <summary>How many times an id came that had come before.</summary>
    public int CountRepeated()
    {
        _hashes.Sort();
        var repeated = 0;
        for (var i = 1; i < _hashes.Count; i++)
            if (_hashes[i] == _hashes[i - 1]) repeated++;
        return repeated;
    }
}
