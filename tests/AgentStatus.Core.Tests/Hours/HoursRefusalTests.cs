namespace AgentStatus.Core.Tests.Hours;

/// <summary>What is refused, and with which words: each line is (text, field, a part of the message).</summary>
public sealed class HoursRefusalTests
{
    [Theory]
    [InlineData("", "", "is not JSON")]
    [InlineData("{", "", "is not JSON")]
    [InlineData("{} {}", "", "is not JSON")]
    [InlineData("""{"weekly": {},}""", "", "is not JSON")]
    [InlineData("[]", "", "must be an object")]
    [InlineData("true", "", "must be an object")]
    [InlineData("""{"timezone": "UTC"}""", "timezone", "is not known here")]
    [InlineData("""{"a\nb": 1}""", "\"a\\nb\"", "is not known here")]
    [InlineData("""{"a\ud800": 1}""", "", "a key that is not Unicode text")]
    [InlineData("""{"weekly": {}, "weekly": {}}""", "weekly", "is given twice")]
    [InlineData("""{"time_zone": ""}""", "time_zone", "is not a time zone")]
    [InlineData("""{"time_zone": "Europe/Praha"}""", "time_zone", "\"Europe/Praha\" is not a time zone")]
    [InlineData("""{"time_zone": "europe/prague"}""", "time_zone", "is not a time zone")]
    [InlineData("""{"time_zone": "UTC+05:30"}""", "time_zone", "is not a time zone")]
    [InlineData("""{"time_zone": "a\ud800"}""", "time_zone", "must be the name of a time zone")]
    [InlineData("""{"time_zone": 1}""", "time_zone", "must be the name of a time zone")]
    [InlineData("""{"time_zone": "central europe standard time"}""", "time_zone", "is not a time zone")]
    [InlineData("""{"weekly": []}""", "weekly", "must be an object")]
    [InlineData("""{"weekly": {"Monday": []}}""", "weekly.Monday", "is not known here; known are monday, tuesday")]
    [InlineData("""{"weekly": {"monday": [], "monday": []}}""", "weekly.monday", "is given twice")]
    [InlineData("""{"weekly": {"monday": "09:00-17:00"}}""", "weekly.monday", "must be a list")]
    [InlineData("""{"weekly": {"monday": ["09:00","17:00"]}}""", "weekly.monday[0]", "must be [\"HH:mm\", \"HH:mm\"]")]
    [InlineData("""{"weekly": {"monday": [["09:00"]]}}""", "weekly.monday[0]", "must be [\"HH:mm\", \"HH:mm\"]")]
    [InlineData("""{"weekly": {"monday": [["09:00","10:00","11:00"]]}}""", "weekly.monday[0]", "must be [")]
    [InlineData("""{"weekly": {"monday": [["09:00",10]]}}""", "weekly.monday[0]", "must be [")]
    [InlineData("""{"weekly": {"monday": [["09:00","10:00"], null]}}""", "weekly.monday[1]", "must be [")]
    [InlineData("""{"weekly": {"monday": [["9:00","10:00"]]}}""", "weekly.monday[0]", "start \"9:00\" is not a time")]
    [InlineData("""{"weekly": {"monday": [["09:00","17:60"]]}}""", "weekly.monday[0]", "end \"17:60\" is not a time")]
    [InlineData("""{"weekly": {"monday": [["09:00","24:01"]]}}""", "weekly.monday[0]", "end \"24:01\" is not a time")]
    [InlineData("""{"weekly": {"monday": [["09:00","25:00"]]}}""", "weekly.monday[0]", "end \"25:00\" is not a time")]
    [InlineData("""{"weekly": {"monday": [["24:00","06:00"]]}}""", "weekly.monday[0]", "start \"24:00\" is not a time")]
    [InlineData("""{"weekly": {"monday": [["24:00","24:00"]]}}""", "weekly.monday[0]", "start \"24:00\" is not a time")]
    [InlineData("""{"weekly": {"monday": [["09:00:60","17:00"]]}}""", "weekly.monday[0]", "start \"09:00:60\"")]
    [InlineData("""{"weekly": {"monday": [["09:00:0","17:00"]]}}""", "weekly.monday[0]", "start \"09:00:0\"")]
    [InlineData("""{"weekly": {"monday": [["09:00","24:00:01"]]}}""", "weekly.monday[0]", "end \"24:00:01\"")]
    [InlineData("""{"weekly": {"monday": [["24:00:00","06:00"]]}}""", "weekly.monday[0]", "start \"24:00:00\"")]
    [InlineData("""{"weekly": {"monday": [["09:00:00.5","17:00"]]}}""", "weekly.monday[0]", "start \"09:00:00.5\"")]
    [InlineData("""{"weekly": {"monday": [["09.00","17:00"]]}}""", "weekly.monday[0]", "start \"09.00\"")]
    [InlineData("""{"weekly": {"monday": [["-9:00","17:00"]]}}""", "weekly.monday[0]", "start \"-9:00\"")]
    [InlineData("""{"weekly": {"monday": [[" 9:00","17:00"]]}}""", "weekly.monday[0]", "start \" 9:00\"")]
    [InlineData("""{"weekly": {"monday": [["٠٩:00","17:00"]]}}""", "weekly.monday[0]", "is not a time")]
    [InlineData("""{"holidays": "2026-12-25"}""", "holidays", "must be a list")]
    [InlineData("""{"holidays": [20261225]}""", "holidays[0]", "must be a date of the form yyyy-MM-dd")]
    [InlineData("""{"holidays": [null]}""", "holidays[0]", "must be a date of the form yyyy-MM-dd")]
    [InlineData("""{"holidays": ["2026-02-29"]}""", "holidays[0]", "\"2026-02-29\" is not a date")]
    [InlineData("""{"holidays": ["2026-2-28"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": ["2026-02-28T00:00"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": [" 2026-02-28"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": ["2026-02-28\u0000"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": ["0000-01-01"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": ["--02-30"]}""", "holidays[0]", "\"--02-30\" is not a date")]
    [InlineData("""{"holidays": ["--2-03"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": ["-02-03"]}""", "holidays[0]", "is not a date")]
    [InlineData("""{"holidays": [{"from": "2026-07-20"}]}""", "holidays[0]", "must have both from and to")]
    [InlineData("""{"holidays": [{"from": "2026-07-20", "to": null}]}""", "holidays[0].to", "must be a date")]
    [InlineData("""{"holidays": [{"from": "--07-20", "to": "--07-21"}]}""", "holidays[0].from", "is not a date")]
    [InlineData(
        """{"holidays": [{"from": "2026-07-20", "to": "2026-07-19"}]}""",
        "holidays[0].to", "must not be before from")]
    [InlineData(
        """{"holidays": [{"from": "2026-07-20", "to": "2026-07-20", "name": ""}]}""",
        "holidays[0].name", "is not known here; known are from, to")]
    [InlineData("""{"fault": {"field": "a", "message": "b"}}""", "fault", "is not known here")]
    [InlineData("""{"exceptions": {}}""", "exceptions", "must be a list")]
    [InlineData("""{"exceptions": ["2026-12-24"]}""", "exceptions[0]", "must be an object")]
    [InlineData("""{"exceptions": [{"date": "2026-12-24"}]}""", "exceptions[0]", "must have both date and hours")]
    [InlineData("""{"exceptions": [{"hours": []}]}""", "exceptions[0]", "must have both date and hours")]
    [InlineData("""{"exceptions": [{"date": "2026-12-24", "hours": null}]}""", "exceptions[0].hours", "must be a list")]
    [InlineData("""{"exceptions": [{"date": null, "hours": []}]}""", "exceptions[0].date", "must be a date")]
    [InlineData("""{"exceptions": [{"date": "24.12.2026", "hours": []}]}""", "exceptions[0].date", "is not a date")]
    [InlineData(
        """{"exceptions": [{"date": "2026-12-24", "hours": [], "note": ""}]}""",
        "exceptions[0].note", "is not known")]
    [InlineData(
        """{"exceptions": [{"date": "2026-12-24", "hours": [["a","b"]]}]}""",
        "exceptions[0].hours[0]", "start \"a\"")]
    [InlineData(
        """{"exceptions": [{"date": "2026-12-24", "hours": []}, {"date": "2026-12-24", "hours": []}]}""",
        "exceptions[1].date", "2026-12-24 is given twice")]
    [InlineData(
        """{"breaks": [{"date": "2026-12-24", "hours": []}, {"date": "2026-12-24", "hours": []}]}""",
        "breaks[1].date", "2026-12-24 is given twice")]
    [InlineData(
        """{"breaks": [{"date": "2026-12-23", "hours": [["22:00","06:00"]]}]}""",
        "breaks[0].hours[0]", "a break must end after it starts")]
    [InlineData(
        """{"breaks": [{"date": "2026-12-23", "hours": [["10:00","10:00"]]}]}""",
        "breaks[0].hours[0]", "a break must end after it starts")]
    [InlineData("""{"agents": []}""", "agents", "must be an object")]
    [InlineData("""{"agents": {"bob": {}}}""", "agents.bob", "is not an id")]
    [InlineData("""{"agents": {"0": {}}}""", "agents.0", "is not an id")]
    [InlineData("""{"agents": {"": {}}}""", "agents.\"\"", "is not an id")]
    [InlineData("""{"agents": {"-1": {}}}""", "agents.\"-1\"", "is not an id")]
    [InlineData("""{"agents": {"01": {}}}""", "agents.01", "is not an id")]
    [InlineData("""{"agents": {"9223372036854775808": {}}}""", "agents.9223372036854775808", "is not an id")]
    public void TryParse_BadText_NamesCompanyAndField(string json, string field, string message)
    {
        Assert.False(BusinessHours.TryParse(280197, json, out var hours, out var faults));
        Assert.Null(hours);
        Assert.Equal(280197, faults[0].CompanyId);
        Assert.Equal(field, faults[0].Field);
        Assert.Contains(message, faults[0].Message);
        Assert.StartsWith(
            field.Length == 0 ? "company 280197: " : $"company 280197: {field}: ",
            faults[0].ToString());
    }

    [Fact]
    public void TryParse_SeveralFaults_ReportsAllAtOnce()
    {
        const string json = """
            {"time_zone": "Mars/Olympus", "weekly": {"monday": [["9","24:30"]], "funday": []}, "holidays": ["x"],
             "agents": {"7": {"breaks": [{"date": "2026-13-01", "hours": [["10:00","09:00"]]}]}}}
            """;
        Assert.False(BusinessHours.TryParse(1, json, out _, out var faults));
        Assert.Equal(
            [
                "agents.7.breaks[0].date", "agents.7.breaks[0].hours[0]", "holidays[0]", "time_zone", "weekly.funday",
                "weekly.monday[0]", "weekly.monday[0]",
            ],
            faults.Select(fault => fault.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(nameof(HoursLimits.MaxIntervalsPerDay), HoursLimits.MaxIntervalsPerDay)]
    [InlineData(nameof(HoursLimits.MaxDatesPerList), HoursLimits.MaxDatesPerList)]
    [InlineData(nameof(HoursLimits.MaxAgentsPerCompany), HoursLimits.MaxAgentsPerCompany)]
    public void TryParse_OverALimit_NamesIt(string name, int limit)
    {
        Assert.True(BusinessHours.TryParse(1, Json(limit), out _, out _));
        Assert.False(BusinessHours.TryParse(1, Json(limit + 1), out _, out var faults));
        Assert.Contains($"{name} is {limit}", Assert.Single(faults).Message);

        string Json(int count) => name switch
        {
            nameof(HoursLimits.MaxIntervalsPerDay) =>
                $$"""{"weekly": {"monday": [{{Repeat(count, _ => "[\"09:00\",\"10:00\"]")}}] } }""",
            nameof(HoursLimits.MaxDatesPerList) =>
                $$"""{"holidays": [{{Repeat(count, i => $"\"{new DateOnly(1990, 1, 1).AddDays(i):yyyy-MM-dd}\"")}}]}""",
            _ => $$"""{"agents": { {{Repeat(count, i => $"\"{i + 1}\": null")}} } }""",
        };
    }

    [Fact]
    public void TryParse_TooManyEntriesInAllLists_NamesTheLimit()
    {
        Assert.True(BusinessHours.TryParse(1, Json(HoursLimits.MaxEntriesPerCompany / 400), out _, out _));
        var tooMany = Json(1 + (HoursLimits.MaxEntriesPerCompany / 400));
        Assert.False(BusinessHours.TryParse(1, tooMany, out _, out var faults));
        Assert.Contains("MaxEntriesPerCompany, which is 400000", faults[0].Message, StringComparison.Ordinal);

        string Json(int agents)
        {
            var day = Repeat(400, _ => "[\"09:00\",\"10:00\"]");
            var entries = Repeat(agents, i => $"\"{i + 1}\": {{\"weekly\": {{\"monday\": [{day}]}}}}");
            return $$"""{"agents": { {{entries}} } }""";
        }
    }

    [Fact]
    public void TryParse_EndlessFaults_ReportsTheFirst()
    {
        var json = $$"""{"holidays": [{{Repeat(5_000, _ => "1")}}]}""";
        Assert.False(BusinessHours.TryParse(1, json, out _, out var faults));
        Assert.Equal(HoursLimits.MaxFaults, faults.Count);
    }

    [Fact]
    public void TryParse_LongKey_IsNotEchoedInFull()
    {
        var json = $$"""{"{{new string('x', 63)}}😀{{new string('y', 100_000)}}": 1}""";
        Assert.False(BusinessHours.TryParse(1, json, out _, out var faults));
        Assert.InRange(Assert.Single(faults).ToString().Length, 64, 250);
    }

    [Fact]
    public void TryParse_TextWithHalfASurrogatePair_IsRefused()
    {
        Assert.False(BusinessHours.TryParse(1, "{\"a\": \"" + '\ud800' + "\"}", out _, out var faults));
        Assert.Contains("is not JSON", Assert.Single(faults).Message);
    }

    private static string Repeat(int count, Func<int, string> item) =>
        string.Join(",", Enumerable.Range(0, count).Select(item));
}
