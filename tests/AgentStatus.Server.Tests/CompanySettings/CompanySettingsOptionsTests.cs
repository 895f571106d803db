using AgentStatus.Server.Configuration;
using AgentStatus.Server.CompanySettings;

namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class CompanySettingsOptionsTests
{
    [Fact]
    public void FindFaults_Defaults_None() => Assert.Empty(new CompanySettingsOptions().FindFaults());

    [Fact]
    public void FindFaults_FileThatExists_None()
    {
        var options = new CompanySettingsOptions { Path = typeof(CompanySettingsOptions).Assembly.Location };

        Assert.Empty(options.FindFaults());
    }

    [Theory]
    [InlineData("http://settings.example/{company_id}")]
    [InlineData("https://{company_id}.example/settings?company={company_id}")]
    public void FindFaults_GoodTemplate_None(string url) =>
        Assert.Empty(new CompanySettingsOptions { Url = url }.FindFaults());

    [Theory]
    [InlineData("http://settings.example/companies")]
    [InlineData("settings.example/{company_id}")]
    [InlineData("ftp://settings.example/{company_id}")]
    [InlineData("/companies/{company_id}")]
    public void FindFaults_BadTemplate_NamesTheKey(string url)
    {
        var fault = Assert.Single(new CompanySettingsOptions { Url = url }.FindFaults());

        Assert.StartsWith("CompanySettings:Url ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:00.999")]
    [InlineData("1.00:00:00.001")]
    [InlineData("-00:05:00")]
    public void FindFaults_CacheForOutOfRange_NamesTheKeyAndTheRange(string span)
    {
        var options = new CompanySettingsOptions { CacheFor = TimeSpan.Parse(span) };

        var fault = Assert.Single(options.FindFaults());

        Assert.StartsWith("CompanySettings:CacheFor ", fault, StringComparison.Ordinal);
        Assert.Contains("between 00:00:01 and 1.00:00:00", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFaults_EverythingWrong_NamesAllAtOnce()
    {
        var options = new CompanySettingsOptions { Path = "no/such/file", Url = "nonsense", CacheFor = TimeSpan.Zero };

        Assert.Equal(4, options.FindFaults().Count);
    }
}
