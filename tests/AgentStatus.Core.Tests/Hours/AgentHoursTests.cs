namespace AgentStatus.Core.Tests.Hours;

/// <summary>An agent's entry replaces the keys that it has. 2026-03-02 is a Monday.</summary>
public sealed class AgentHoursTests
{
    private const string Company = """
        "time_zone": "Asia/Kathmandu",
        "weekly": {"monday": [["09:45","17:45"]], "tuesday": [["09:45","17:45"]], "wednesday": [["09:45","17:45"]]},
        "holidays": ["2026-03-02"],
        "exceptions": [{"date": "2026-03-03", "hours": [["05:45","06:45"]]}],
        "breaks": [{"date": "2026-03-04", "hours": [["12:45","13:45"]]}]
        """;

    private const string AsCompany =
        "03-03 00:00 - 03-03 01:00, 03-04 04:00 - 03-04 07:00, 03-04 08:00 - 03-04 12:00";

    [Theory]
    [InlineData("null", AsCompany)]
    [InlineData("{}", AsCompany)]
    [InlineData(
        """{"weekly": {"wednesday": [["05:45","06:45"]]}}""",
        "03-03 00:00 - 03-03 01:00, 03-04 00:00 - 03-04 01:00")]
    [InlineData("""{"weekly": {}}""", "03-03 00:00 - 03-03 01:00")]
    [InlineData(
        """{"holidays": []}""",
        "03-02 04:00 - 03-02 12:00, 03-03 00:00 - 03-03 01:00, 03-04 04:00 - 03-04 07:00, 03-04 08:00 - 03-04 12:00")]
    [InlineData(
        """{"holidays": null}""",
        "03-02 04:00 - 03-02 12:00, 03-03 00:00 - 03-03 01:00, 03-04 04:00 - 03-04 07:00, 03-04 08:00 - 03-04 12:00")]
    [InlineData(
        """{"exceptions": null}""",
        "03-03 04:00 - 03-03 12:00, 03-04 04:00 - 03-04 07:00, 03-04 08:00 - 03-04 12:00")]
    [InlineData("""{"breaks": null}""", "03-03 00:00 - 03-03 01:00, 03-04 04:00 - 03-04 12:00")]
    [InlineData(
        """{"weekly": null}""",
        "03-01 12:00 - 03-01 18:15, 03-03 00:00 - 03-03 01:00, 03-03 18:15 - 03-04 07:00, 03-04 08:00 - 03-05 12:00")]
    [InlineData(
        """{"weekly": null, "holidays": null, "exceptions": null, "breaks": null}""", "03-01 12:00 - 03-05 12:00")]
    [InlineData(
        """{"time_zone": "UTC"}""",
        "03-03 05:45 - 03-03 06:45, 03-04 09:45 - 03-04 12:45, 03-04 13:45 - 03-04 17:45")]
    [InlineData(
        """{"time_zone": null}""",
        "03-03 05:45 - 03-03 06:45, 03-04 09:45 - 03-04 12:45, 03-04 13:45 - 03-04 17:45")]
    [InlineData(
        """{"time_zone": "Tokyo Standard Time", "weekly": {"wednesday": [["09:00","10:00"]]}}""",
        "03-02 20:45 - 03-02 21:45, 03-04 00:00 - 03-04 01:00")]
    public void For_AgentWithEntry_ReplacesTheKeysThatItHas(string entry, string expected)
    {
        var hours = Instants.Hours($$"""{ {{Company}}, "agents": {"7": {{entry}}} }""");
        Assert.Equal(expected, Window(hours.For(7)));
        Assert.Equal(AsCompany, Window(hours.For(8)));
    }

    [Fact]
    public void For_AgentsWithoutEntry_ShareOneSchedule()
    {
        var hours = Instants.Hours("""{"agents": {"7": {"weekly": {}}, "8": {}, "9": null}}""");
        Assert.Same(hours.For(1), hours.For(2));
        Assert.Same(hours.For(1), hours.For(8));
        Assert.Same(hours.For(1), hours.For(9));
        Assert.NotSame(hours.For(1), hours.For(7));
    }

    private static string Window(Schedule schedule) =>
        Instants.Text(schedule.Open(Instants.Ms("2026-03-01T12:00Z"), Instants.Ms("2026-03-05T12:00Z")));
}
