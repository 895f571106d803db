using System.Security.Cryptography;

namespace AgentStatus.Core;

/// <summary>A hash of two ids with secrets that each process draws anew. Clients choose ids, and a hash that anybody
/// can work out lets them choose thousands of ids that share a slot: each look-up would then go through all of them.
/// long's own hash, which records and HashCode.Combine build on, is such a hash.</summary>
/// <remarks>Multiplies each id by a secret (multiply-shift hashing, Dietzfelbinger et al. 1997), and then folds,
/// multiplies and folds, so that ids that count up, or differ in their high bits alone, do not end up side by side with
/// an unlucky secret. A fixed multiplier gave ids that count up slots of their own; now they share some, as any ids do,
/// and a look-up among 1,000 agents takes 15 ns instead of 10.</remarks>
public static class IdHash
{
    private static readonly ulong FirstSecret = DrawOdd();
    private static readonly ulong SecondSecret = DrawOdd();
    private static readonly ulong MixSecret = DrawOdd();

    /// <summary>All 64 bits are good, the low ones too.</summary>
    public static ulong Of(long first, long second)
    {
        unchecked
        {
            var mixed = ((ulong)first * FirstSecret) + ((ulong)second * SecondSecret);
            mixed = (mixed ^ (mixed >> 32)) * MixSecret;
            return mixed ^ (mixed >> 32);
        }
    }

    private static ulong DrawOdd() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
}

/// <summary>For hash tables by an id that clients choose: see <see cref="IdHash"/>.</summary>
public sealed class IdComparer : IEqualityComparer<long>
{
    /// <summary>The one there is.</summary>
    public static readonly IdComparer Instance = new();

    private IdComparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(long x, long y) => x == y;

    /// <inheritdoc/>
    public int GetHashCode(long obj) => (int)IdHash.Of(obj, 0);
}
