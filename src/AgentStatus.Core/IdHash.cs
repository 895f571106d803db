using System.Security.Cryptography;

namespace AgentStatus.Core;

/// <summary>
/// A hash of two ids with a secret that each process draws anew. Clients choose ids, and a hash that anybody can work
/// out lets them choose thousands of ids that share a slot: each look-up would then go through all of them. long's own
/// hash, which records and HashCode.Combine build on, is such a hash.
/// </summary>
/// <remarks>
/// Multiply and fold, twice, as https://github.com/wangyi-fudan/wyhash does: two multiplications, for the look-ups of the
/// hot path. Folded once, ids in steps of a power of two shared slots with unlucky secrets.
/// </remarks>
public static class IdHash
{
    private static readonly ulong FirstSecret = Draw();

    /// <summary>Odd, and the id beside it is even: that factor is never 0.</summary>
    private static readonly ulong SecondSecret = Draw() | 1;

    /// <summary>All 64 bits are good, the low ones too.</summary>
    /// <param name="second">0 or more.</param>
    public static ulong Of(long first, long second)
    {
        var high = Math.BigMul((ulong)first ^ FirstSecret, ((ulong)second << 1) ^ SecondSecret, out var low);
        high = Math.BigMul(high ^ FirstSecret, low ^ SecondSecret, out low);
        return high ^ low;
    }

    private static ulong Draw() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}

/// <summary>For hash tables by an id that clients choose: see <see cref="IdHash"/>.</summary>
public sealed class IdComparer : IEqualityComparer<long>
{
    /// <summary>The one there is.</summary>
    public static readonly IdComparer Instance = new();

    private IdComparer()
    {
    }

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(long obj) => (int)IdHash.Of(obj, 0);
}
