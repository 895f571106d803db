using AgentStatus.Server.CompanySettings;

namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class CompanyHoursTests
{
    private const string Prague = """{"time_zone":"Europe/Prague"}""";

    [Fact]
    public void Load_SeveralVersionsAndCompanies_FindsEachInForce()
    {
        var hours = new CompanyHours();
        hours.Load([new(1, 1, 100, "null"), new(1, 2, 200, Prague), new(2, 1, 150, Prague)]);

        Assert.Equal("UTC", hours.Find(1)!.InForceAt(199).Hours.Zone.Id);
        Assert.Equal("Europe/Prague", hours.Find(1)!.InForceAt(200).Hours.Zone.Id);
        Assert.Equal("Europe/Prague", hours.Find(2)!.InForceAt(0).Hours.Zone.Id);
        Assert.Null(hours.Find(3));
        Assert.Equal(2, hours.Count);
        Assert.True(hours.WhenLoaded.IsCompletedSuccessfully);
    }

    [Fact]
    public void Load_ContentThatCannotBeRead_Throws()
    {
        var hours = new CompanyHours();
        var stored = new StoredHours(1, 1, 100, """{"time_zone":"Mars/Olympus"}""");

        var failure = Assert.Throws<StoreException>(() => hours.Load([stored]));

        Assert.Contains("company 1: time_zone", failure.Message);
        Assert.False(hours.WhenLoaded.IsCompleted);
    }

    [Fact]
    public void Add_NewVersion_KeepsTheEarlierOnes()
    {
        var hours = new CompanyHours();
        hours.Load([new(1, 1, 100, Prague)]);

        var history = hours.Add(CompanyHours.Read(new(1, 2, 200, "null")));

        Assert.Same(history, hours.Find(1));
        Assert.Equal(200, history.Latest.InForceFromMs);
        Assert.Equal(100, history.InForceAt(199).InForceFromMs);
        Assert.Equal(3, hours.NextNumber(1));
        Assert.Equal(1, hours.NextNumber(2));
        Assert.Same(history, hours.Add(CompanyHours.Read(new(1, 2, 300, Prague))));
    }
}
