using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace AgentStatus.Core;

/// <summary>A part of all companies: those whose number among <see cref="Count"/> parts is <see cref="Number"/>. The
/// number is a hash that anybody can compute: docs/scaling.md.</summary>
public sealed record CompanyPartition
{
    /// <summary>What a partition looks like, for people.</summary>
    public static readonly string Form = $"N/M, with M from 1 to {Limits.Partitions} and N from 1 to M";

    private CompanyPartition(int number, int count) => (Number, Count) = (number, count);

    /// <summary>All companies.</summary>
    public static CompanyPartition Whole { get; } = new(1, 1);

    /// <summary>1 to <see cref="Count"/>.</summary>
    public int Number { get; }

    /// <summary>How many parts there are: 1 to <see cref="Limits.Partitions"/>.</summary>
    public int Count { get; }

    /// <summary>Whether it is all companies.</summary>
    public bool IsWhole => Count == 1;

    /// <summary>Reads "2/8"; false with null where it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CompanyPartition? partition)
    {
        partition = text.Split('/') is [var first, var second]
            && TryRead(first, out var number) && TryRead(second, out var count)
            && number <= count && count <= Limits.Partitions
            ? new(number, count)
            : null;
        return partition is not null;
    }

    /// <summary>The number of the company's part among so many, from 1 on. With a multiple of that many parts, each
    /// part divides into new ones, and no company goes from one part to another.</summary>
    /// <remarks>The finalizer of splitmix64 (Steele, Lea, Flood 2014), of which the upper 31 bits are taken: the same
    /// in languages that have signed numbers only. Part of the contract: it never changes.</remarks>
    public static int NumberOf(long companyId, int count)
    {
        unchecked
        {
            var mixed = (ulong)companyId;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (int)((uint)((mixed ^ (mixed >> 31)) >> 33) % (uint)count) + 1;
        }
    }

    /// <summary>Whether the company is in it.</summary>
    public bool Contains(long companyId) => Count == 1 || NumberOf(companyId, Count) == Number;

    /// <summary>Whether there can be a company that is in both.</summary>
    public bool Overlaps(CompanyPartition other) =>
        (Number - other.Number) % (int)BigInteger.GreatestCommonDivisor(Count, other.Count) == 0;

    /// <summary>As <see cref="TryParse"/> takes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
