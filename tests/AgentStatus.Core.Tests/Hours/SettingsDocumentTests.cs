namespace AgentStatus.Core.Tests.Hours;

public sealed class SettingsDocumentTests
{
    [Fact]
    public void TryGetHours_BadCompany_DoesNotSpoilTheOthers()
    {
        var document = SettingsDocument.Parse("""
            {"companies": {
              "280197": {"time_zone": "Europe/Prague"},
              "168807": null,
              "3": {"time_zone": "Mars/Olympus"},
              "4": {"weekly": {}}, "4": {"weekly": {}},
              "five": {}, "0": {}, "007": {}}}
            """);

        Assert.Equal([3, 4, 168807, 280197], document.CompanyIds);
        Assert.True(document.TryGetHours(280197, out var hours, out var faults));
        Assert.Equal("Europe/Prague", hours.Zone.Id);
        Assert.Empty(faults);
        Assert.True(document.TryGetHours(168807, out hours, out _));
        Assert.Same(BusinessHours.AlwaysOpen, hours);
        Assert.True(document.TryGetHours(99, out hours, out _));
        Assert.Same(BusinessHours.AlwaysOpen, hours);

        Assert.False(document.TryGetHours(3, out hours, out faults));
        Assert.Null(hours);
        Assert.StartsWith("company 3: time_zone: ", Assert.Single(faults).ToString());
        Assert.False(document.TryGetHours(4, out _, out faults));
        Assert.Equal("company 4: is given twice", Assert.Single(faults).ToString());
        Assert.Equal(
            ["companies.five", "companies.0", "companies.007", "time_zone", ""],
            document.Faults.Select(fault => fault.Field));
    }

    [Theory]
    [InlineData("", "settings: is not JSON")]
    [InlineData("null", "settings: must be an object")]
    [InlineData("{}", "settings: has no \"companies\"")]
    [InlineData("""{"companies": null}""", "settings: companies: must be an object")]
    [InlineData("""{"companies": {}, "version": 1}""", "settings: version: is not known here")]
    [InlineData("""{"companies": {}, "companies": {}}""", "settings: companies: is given twice")]
    public void TryGetHours_BadDocument_RefusesAllCompanies(string json, string message)
    {
        var document = SettingsDocument.Parse(json);
        Assert.False(document.TryGetHours(280197, out _, out var faults));
        Assert.StartsWith(message, Assert.Single(faults).ToString());
        Assert.Equal(faults, document.Faults);
    }
}
