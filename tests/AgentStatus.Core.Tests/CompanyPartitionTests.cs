namespace AgentStatus.Core.Tests;

/// <summary>Which companies are in which part. Clients and proxies compute it too: what stands here, and in
/// docs/scaling.md, never changes.</summary>
public sealed class CompanyPartitionTests
{
    [Theory]
    [InlineData(1, 1, 3, 7)]
    [InlineData(2, 2, 4, 4)]
    [InlineData(7, 2, 2, 2)]
    [InlineData(280197, 1, 3, 7)]
    [InlineData(168807, 2, 2, 2)]
    [InlineData(long.MaxValue, 2, 4, 8)]
    public void NumberOf_IsWhatItAlwaysWas(long companyId, int of2, int of4, int of8)
    {
        Assert.Equal(1, CompanyPartition.NumberOf(companyId, 1));
        Assert.Equal(of2, CompanyPartition.NumberOf(companyId, 2));
        Assert.Equal(of4, CompanyPartition.NumberOf(companyId, 4));
        Assert.Equal(of8, CompanyPartition.NumberOf(companyId, 8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(1 << 20)]
    public void NumberOf_IdsThatCountUp_SpreadEvenly(long step)
    {
        var counts = new int[8];
        for (var i = 1; i <= 8_000; i++) counts[CompanyPartition.NumberOf(i * step, 8) - 1]++;
        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void NumberOf_TwiceAsManyParts_EachDividesIntoTwo()
    {
        for (var companyId = 1L; companyId <= 1_000; companyId++)
            Assert.Equal(
                CompanyPartition.NumberOf(companyId, 4),
                ((CompanyPartition.NumberOf(companyId, 8) - 1) % 4) + 1);
    }

    [Fact]
    public void Overlaps_IsWhetherACompanyIsInBoth()
    {
        var all = Enumerable.Range(1, 9)
            .SelectMany(count => Enumerable.Range(1, count), (count, number) => Parse($"{number}/{count}")).ToList();
        var of = all.ToDictionary(
            one => one, one => Enumerable.Range(1, 3_000).Where(id => one.Contains(id)).ToHashSet());
        foreach (var one in all)
            foreach (var other in all)
                Assert.True(
                    one.Overlaps(other) == of[one].Overlaps(of[other]), $"{one} and {other}: {one.Overlaps(other)}");
    }

    [Theory]
    [InlineData("1/1", 1, 1)]
    [InlineData("2/8", 2, 8)]
    [InlineData("1024/1024", 1024, 1024)]
    public void TryParse_Good_Read(string text, int number, int count)
    {
        var partition = Parse(text);
        Assert.Equal((number, count, text), (partition.Number, partition.Count, $"{partition}"));
        Assert.Equal(count == 1, partition.IsWhole);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("2/0")]
    [InlineData("1/1025")]
    [InlineData("-1/8")]
    [InlineData("1/2/3")]
    [InlineData(" 1/2")]
    [InlineData("1/99999999999")]
    public void TryParse_AnythingElse_False(string text) => Assert.False(CompanyPartition.TryParse(text, out _));

    private static CompanyPartition Parse(string text) =>
        CompanyPartition.TryParse(text, out var partition) ? partition : throw new FormatException(text);
}
