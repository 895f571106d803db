using AgentStatus.Server.Tests.Hosting;
using Microsoft.Extensions.Configuration;

namespace AgentStatus.Server.Tests.CompanySettings;

public sealed class CompanySettingsOptionsTests
{
    [Fact]
    public void Read_Defaults_NoFaults() => Assert.Empty(OptionFaults.Of());

    [Fact]
    public void Read_FileThatExists_NoFaults() =>
        Assert.Empty(OptionFaults.Of(("CompanySettings:Path", typeof(CompanySettingsOptions).Assembly.Location)));

    [Theory]
    [InlineData("http://settings.example/{company_id}")]
    [InlineData("https://{company_id}.example/settings?company={company_id}")]
    public void Read_GoodTemplate_NoFaults(string url) => Assert.Empty(OptionFaults.Of(("CompanySettings:Url", url)));

    [Theory]
    [InlineData("http://settings.example/companies")]
    [InlineData("settings.example/{company_id}")]
    [InlineData("ftp://settings.example/{company_id}")]
    [InlineData("/companies/{company_id}")]
    public void Read_BadTemplate_NamesTheKey(string url) => Assert.StartsWith(
        "CompanySettings:Url ", Assert.Single(OptionFaults.Of(("CompanySettings:Url", url))));

    [Theory]
    [InlineData("00:00:00.999")]
    [InlineData("1.00:00:00.001")]
    [InlineData("-00:05:00")]
    public void Read_CacheForOutOfRange_NamesTheKeyTheValueAndTheRange(string span)
    {
        var fault = Assert.Single(OptionFaults.Of(("CompanySettings:CacheFor", span)));

        Assert.StartsWith($"CompanySettings:CacheFor is \"{span}\"", fault, StringComparison.Ordinal);
        Assert.Contains("from 00:00:01 to 1.00:00:00", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EverythingWrong_NamesAllAtOnce()
    {
        var faults = OptionFaults.Of(
            ("CompanySettings:Path", "no/such/file"), ("CompanySettings:Url", "nonsense"),
            ("CompanySettings:CacheFor", "soon"), ("Storage:PollInterval", "01:00:00"), ("CompanySettings:Pth", "x"));

        Assert.Equal(6, faults.Count);
        Assert.Equal(
            "Storage:PollInterval is \"01:00:00\"; it must be a time span from 00:00:00.01 to 00:01:00 "
            + "(days.hours:minutes:seconds).",
            faults[0]);
        Assert.Contains(
            faults, fault => fault.StartsWith("CompanySettings:CacheFor is \"soon\"", StringComparison.Ordinal));
        Assert.Equal(
            "CompanySettings:Pth is not a key; known: "
            + "CompanySettings:Path, CompanySettings:Url, CompanySettings:CacheFor, CompanySettings:NotFoundMeansOpen.",
            faults[^1]);
    }

    [Theory]
    [InlineData("Storag:Path", "known: Endpoint, Http, ")]
    [InlineData("horizon", "known: Endpoint, ")]
    [InlineData("Memory", "known: Memory:Horizon.")]
    [InlineData("Memory:Horizon:Days", "known: Memory:Horizon.")]
    public void Read_KeyThatIsNone_IsRefusedWhereverItStands(string key, string known)
    {
        var fault = Assert.Single(OptionFaults.Of((key, "1")));

        Assert.StartsWith($"{key} is not a key; ", fault, StringComparison.Ordinal);
        Assert.Contains(known, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EnvironmentOfOtherPrograms_IsNotOurs()
    {
        const string Prefix = "AGENTSTATUS_OPTIONS_TEST_";
        Environment.SetEnvironmentVariable($"{Prefix}Storag__Path", "/else");
        Environment.SetEnvironmentVariable($"{Prefix}Storage__Pth", "/else");
        ServerOptions.Read(new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build(), out var faults);

        Assert.StartsWith("Storage:Pth is not a key; ", Assert.Single(faults), StringComparison.Ordinal);
    }
}
