namespace AgentStatus.Core.Tests.Hours;

/// <summary>2026-03-02 is a Monday.</summary>
public sealed class HoursHistoryTests
{
    private static readonly HoursVersion Mornings = Version("2026-03-01T00:00Z", "08:00", "12:00");
    private static readonly HoursVersion Days = Version("2026-03-02T11:00Z", "09:00", "17:00");
    private static readonly HoursVersion Evenings = Version("2026-03-04T16:00Z", "16:00", "20:00");

    [Theory]
    [InlineData("2020-01-01T00:00Z", "2026-03-01T00:00Z")]
    [InlineData("2026-03-01T00:00Z", "2026-03-01T00:00Z")]
    [InlineData("2026-03-02T10:59:59.999Z", "2026-03-01T00:00Z")]
    [InlineData("2026-03-02T11:00Z", "2026-03-02T11:00Z")]
    [InlineData("2030-01-01T00:00Z", "2026-03-04T16:00Z")]
    public void InForceAt_Instant_IsTheLastVersionFromBeforeIt(string instant, string inForceFrom)
    {
        var history = new HoursHistory([Days, Evenings, Mornings]);
        Assert.Equal(Instants.Ms(inForceFrom), history.InForceAt(Instants.Ms(instant)).InForceFromMs);
        Assert.Same(Evenings, history.Latest);
    }

    [Fact]
    public void Open_AsRecorded_UsesEachVersionOverItsOwnTime()
    {
        var history = new HoursHistory([Days, Evenings, Mornings]);
        Assert.Equal(
            "02-28 08:00 - 02-28 12:00, 03-01 08:00 - 03-01 12:00, 03-02 08:00 - 03-02 17:00, "
            + "03-03 09:00 - 03-03 17:00, 03-04 09:00 - 03-04 20:00, 03-05 16:00 - 03-05 20:00",
            Open(history, HoursBasis.AsRecorded));
    }

    [Fact]
    public void Open_AsNow_UsesTheLatestVersionOverAll()
    {
        var history = new HoursHistory([Mornings, Days]);
        Assert.Equal(
            "02-28 09:00 - 02-28 17:00, 03-01 09:00 - 03-01 17:00, 03-02 09:00 - 03-02 17:00, "
            + "03-03 09:00 - 03-03 17:00, 03-04 09:00 - 03-04 17:00, 03-05 09:00 - 03-05 17:00",
            Open(history, HoursBasis.AsNow));
    }

    [Fact]
    public void Open_WindowWithinOneVersion_KnowsNoOther()
    {
        var history = new HoursHistory([Mornings, Days, Evenings]);
        var open = history.Open(
            1, Instants.Ms("2026-03-03T00:00Z"), Instants.Ms("2026-03-03T12:00Z"), HoursBasis.AsRecorded);
        Assert.Equal("03-03 09:00 - 03-03 12:00", Instants.Text(open));
    }

    [Fact]
    public void Open_AgentWithOwnHours_UsesThemInEachVersion()
    {
        var second = new HoursVersion(1, Days.InForceFromMs, Instants.Hours("""
            {"weekly": {}, "agents": {"7": {"weekly": {"monday": [["10:00","14:00"]]}}}}
            """));
        var history = new HoursHistory([Mornings, second]);
        var from = Instants.Ms("2026-03-02T00:00Z");
        var to = Instants.Ms("2026-03-09T00:00Z");
        Assert.Equal("03-02 08:00 - 03-02 14:00", Instants.Text(history.Open(7, from, to, HoursBasis.AsRecorded)));
        Assert.Equal("03-02 08:00 - 03-02 11:00", Instants.Text(history.Open(8, from, to, HoursBasis.AsRecorded)));
        Assert.Equal("03-02 10:00 - 03-02 14:00", Instants.Text(history.Open(7, from, to, HoursBasis.AsNow)));
    }

    [Fact]
    public void Constructor_SameInstantTwice_TheLaterInTheListCounts()
    {
        var corrected = Days with { Hours = BusinessHours.AlwaysOpen };
        Assert.Same(corrected, new HoursHistory([Days, corrected]).Latest);
        Assert.Same(corrected, new HoursHistory([Mornings, Days, corrected, Evenings]).InForceAt(Days.InForceFromMs));
    }

    [Fact]
    public void Constructor_NoneOrSeveralCompanies_Throws()
    {
        Assert.Throws<ArgumentException>(() => new HoursHistory([]));
        Assert.Throws<ArgumentException>(() => new HoursHistory([Days, Mornings with { CompanyId = 2 }]));
    }

    private static string Open(HoursHistory history, HoursBasis basis) => Instants.Text(
        history.Open(1, Instants.Ms("2026-02-28T00:00Z"), Instants.Ms("2026-03-06T00:00Z"), basis));

    private static HoursVersion Version(string inForceFrom, string start, string end)
    {
        string[] days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        var weekly = string.Join(", ", days.Select(day => $"\"{day}\": [[\"{start}\",\"{end}\"]]"));
        return new HoursVersion(1, Instants.Ms(inForceFrom), Instants.Hours($$"""{"weekly": { {{weekly}} } }"""));
    }
}
