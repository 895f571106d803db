namespace AgentStatus.Core.Tests;

public sealed class AgentKeyTests
{
    private const int Ids = 20_000;

    /// <summary>Ids whose halves are alike: long's own hash is 0 for each of them.</summary>
    private static readonly long[] Alike = [.. Enumerable.Range(1, Ids).Select(i => ((long)i << 32) | (uint)i)];

    [Fact]
    public void GetHashCode_OfIdsChosenToCollide_Differs()
    {
        Differ(Alike.Select(id => new AgentKey(7, id).GetHashCode()));
        Differ(Alike.Select(id => new AgentKey(id, 7).GetHashCode()));
        Differ(Alike.Select(id => new AgentKey(id, id).GetHashCode()));
        Differ(Alike.Select(id => IdComparer.Instance.GetHashCode(id)));
    }

    [Fact]
    public void LowBits_OfUsualIds_AreSpreadLikeRandomOnes()
    {
        // Of as many random numbers 41,427 differ, give or take 100.
        Spread(i => new AgentKey(280_197, 380_000 + i));
        Spread(i => new AgentKey(1 + i, 1));
        Spread(i => new AgentKey(1 + (i / 10), 1 + (i % 10)));
        Spread(i => new AgentKey(1, 1 + ((long)i << 20)));

        static void Spread(Func<int, AgentKey> agent) => Assert.InRange(
            Enumerable.Range(0, 1 << 16).Select(i => agent(i).GetHashCode() & 0xFFFF).Distinct().Count(),
            40_000, 42_500);
    }

    /// <summary>Of 20,000 random ones, about 0.05 do not.</summary>
    private static void Differ(IEnumerable<int> hashes) => Assert.InRange(hashes.Distinct().Count(), Ids - 100, Ids);
}
