using System.Text.Json.Nodes;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>A fault in an agent's entry concerns that agent alone. 2026-03-02 is a Monday.</summary>
public sealed class AgentFaultTests
{
    private const string Company = """ "weekly": {"monday": [["09:00","17:00"]]} """;

    [Theory]
    [InlineData("[]", "agents.7", "must be an object")]
    [InlineData("""{}, "7": {}""", "agents.7", "is given twice")]
    [InlineData("""{"time_zone": "Mars/Olympus"}""", "agents.7.time_zone", "is not a time zone")]
    [InlineData("""{"agents": {}}""", "agents.7.agents", "is not known here; known are time_zone, weekly")]
    [InlineData("""{"a\ud800": 1}""", "agents.7", "a key that is not Unicode text")]
    [InlineData(
        """{"exceptions": [{"date": "2026-12-24", "hours": [["1","2"]]}]}""",
        "agents.7.exceptions[0].hours[0]", "start \"1\"")]
    [InlineData("""{"holidays": ["x", "y", "z"]}""", "agents.7.holidays[0]", "for every year (and 2 more)")]
    [InlineData("""{"fault": 1}""", "agents.7.fault", "must be an object")]
    [InlineData("""{"fault": {}, "weekly": null}""", "agents.7.fault", "is not known here")]
    [InlineData("""{"fault": {"field": "here", "message": "is wrong"}}""", "here", "is wrong")]
    public void TryParse_FaultInAnEntry_RefusesThatEntryAlone(string entry, string field, string message)
    {
        var json = $$"""{ {{Company}}, "agents": {"6": {"weekly": {} }, "7": {{entry}}, "8": null} }""";
        Assert.True(BusinessHours.TryParse(280197, json, out var hours, out var faults));
        Assert.Equal(field, faults[0].Field);
        Assert.Equal((field, 280197), (hours.FaultOf(7)!.Field, hours.FaultOf(7)!.CompanyId));
        Assert.Contains(message, hours.FaultOf(7)!.Message);
        Assert.True(hours.HasFaults);

        Assert.Equal("03-02 09:00 - 03-02 17:00", Week(hours, 1));
        Assert.Equal("03-02 09:00 - 03-02 17:00", Week(hours, 8));
        Assert.Equal("", Week(hours, 6));
        Assert.Equal("03-01 00:00 - 03-08 00:00", Week(hours, 7));
        Assert.Null(hours.FaultOf(8));

        // The version keeps the fault, and not what was not understood.
        var stored = hours.ToJson();
        Assert.True(BusinessHours.TryParse(280197, stored, out var read, out _));
        Assert.Equal((hours.FaultOf(7), stored), (read.FaultOf(7), read.ToJson()));
    }

    [Fact]
    public void TryParse_FaultsOfTheCompanyToo_RefuseTheWholeTextAndAreAllNamed()
    {
        const string json = """{"holidays": ["x"], "agents": {"7": {"weekly": 1}}}""";
        Assert.False(BusinessHours.TryParse(1, json, out _, out var faults));
        Assert.Equal(["holidays[0]", "agents.7.weekly"], faults.Select(fault => fault.Field));
    }

    [Fact]
    public void TryParse_LongFaults_AreCutAndStayTheSame()
    {
        var key = JsonValue.Create(string.Concat(Enumerable.Repeat("ž\"", 40))).ToJsonString();
        var json = $$"""{"agents": {"7": { {{key}}: { {{key}}: 1} , "holidays": [{{key}}]} } }""";
        Assert.True(BusinessHours.TryParse(1, json, out var hours, out _));
        Assert.InRange(hours.FaultOf(7)!.Field.Length, 100, HoursLimits.MaxKeptFaultChars);
        Assert.InRange(hours.FaultOf(7)!.Message.Length, 10, HoursLimits.MaxKeptFaultChars);
        Assert.True(BusinessHours.TryParse(1, hours.ToJson(), out var read, out _));
        Assert.Equal(hours.ToJson(), read.ToJson());
    }

    [Fact]
    public void TryParse_TooManyFaultyEntries_RefusesTheWholeText()
    {
        Assert.True(BusinessHours.TryParse(1, Json(HoursLimits.MaxFaultyAgents), out _, out var faults));
        Assert.Equal(HoursLimits.MaxFaults, faults.Count);
        Assert.False(BusinessHours.TryParse(1, Json(HoursLimits.MaxFaultyAgents + 1), out _, out faults));
        Assert.Contains($"MaxFaultyAgents is {HoursLimits.MaxFaultyAgents}", faults[0].Message);

        static string Json(int count) => $$"""
            {"agents": { {{string.Join(",", Enumerable.Range(1, count).Select(id => $"\"{id}\": 1"))}} } }
            """;
    }

    [Theory]
    [InlineData("2026-03-02T00:00Z", "2026-03-03T00:00Z", null)]
    [InlineData("2026-03-02T00:00Z", "2026-03-03T00:00:00.001Z", "second")]
    [InlineData("2026-03-03T00:00Z", "2026-03-03T00:00Z", "second")]
    [InlineData("2026-03-03T12:00Z", "2026-03-05T00:00Z", "third")]
    [InlineData("2026-03-05T00:00Z", "2026-03-09T00:00Z", null)]
    [InlineData("2026-03-01T00:00Z", "2026-03-09T00:00Z", "third")]
    public void FaultOf_Window_IsThatOfTheLatestVersionInForceInIt(string from, string to, string? expected)
    {
        var history = new HoursHistory(
        [
            Version("2026-03-02T00:00Z", null), Version("2026-03-03T00:00Z", "second"),
            Version("2026-03-04T00:00Z", "third"), Version("2026-03-05T00:00Z", null),
        ]);
        var (fromMs, toMs) = (Instants.Ms(from), Instants.Ms(to));
        Assert.Equal(
            expected is null ? null : $"agents.7.{expected}: is wrong",
            history.FaultOf(7, fromMs, toMs, HoursBasis.AsRecorded));
        Assert.Null(history.FaultOf(7, fromMs, toMs, HoursBasis.AsNow));
        Assert.Null(history.FaultOf(8, fromMs, toMs, HoursBasis.AsRecorded));
        if (expected is not null && fromMs < toMs)
            Assert.Equal([new(fromMs, toMs)], history.Open(7, fromMs, toMs, HoursBasis.AsRecorded));
    }

    [Fact]
    public void FaultOf_BeforeTheFirstVersion_IsThatOfTheFirst()
    {
        var history = new HoursHistory(
            [Version("2026-03-02T00:00Z", "first"), Version("2026-03-03T00:00Z", null)]);
        Assert.NotNull(history.FaultOf(7, 0, 1, HoursBasis.AsRecorded));
    }

    [Theory]
    [InlineData("""{"weekly": {"friday": [["09:00","17:00"],["18:00","23:59"]]}}""", "weekly.friday[1]")]
    [InlineData("""{"weekly": {"friday": [["09:00","23:59:59"]]}}""", "weekly.friday[0]")]
    [InlineData("""{"agents": {"7": {"weekly": {"friday": [["09:00","23:59"]]}}}}""", "agents.7.weekly.friday[0]")]
    [InlineData("""{"weekly": {"friday": [["09:00","24:00"],["23:59","09:00"]]}}""", null)]
    public void EndBeforeMidnight_NamesTheFirst(string json, string? expected) =>
        Assert.Equal(expected, Instants.Hours(json).EndBeforeMidnight);

    private static HoursVersion Version(string inForceFrom, string? field)
    {
        var entry = field is null
            ? "{}"
            : $$"""{"fault": {"message": "is wrong", "field": "agents.7.{{field}}"} }""";
        BusinessHours.TryParse(1, $$"""{ {{Company}}, "agents": {"7": {{entry}}} }""", out var hours, out _);
        return new(1, Instants.Ms(inForceFrom), hours!);
    }

    private static string Week(BusinessHours hours, long agentId) => Instants.Text(
        hours.For(agentId).Open(Instants.Ms("2026-03-01T00:00Z"), Instants.Ms("2026-03-08T00:00Z")));
}
