namespace AgentStatus.Core.Tests.Hours;

/// <summary>Examples of each sentence of the rule. 2026-03-02 is a Monday; instants in the answers are UTC.</summary>
public sealed class ScheduleTests
{
    private const string MondayOvernight = """ "weekly": {"monday": [["22:00","06:00"]]} """;

    [Theory]
    [InlineData("""[["09:00","12:00"],["13:00","17:00"]]""", "03-02 09:00 - 03-02 12:00, 03-02 13:00 - 03-02 17:00")]
    [InlineData("""[["13:00","17:00"],["09:00","12:00"]]""", "03-02 09:00 - 03-02 12:00, 03-02 13:00 - 03-02 17:00")]
    [InlineData("""[["09:00","12:00"],["12:00","17:00"]]""", "03-02 09:00 - 03-02 17:00")]
    [InlineData("""[["09:00","14:00"],["12:00","17:00"]]""", "03-02 09:00 - 03-02 17:00")]
    [InlineData("""[["09:00","17:00"],["10:00","11:00"]]""", "03-02 09:00 - 03-02 17:00")]
    [InlineData("""[["00:00","24:00"]]""", "03-02 00:00 - 03-03 00:00")]
    [InlineData("""[["18:00","24:00"]]""", "03-02 18:00 - 03-03 00:00")]
    [InlineData("""[["18:00","00:00"]]""", "03-02 18:00 - 03-03 00:00")]
    [InlineData("""[["00:00","00:00"]]""", "03-02 00:00 - 03-03 00:00")]
    [InlineData("""[["22:00","06:00"]]""", "03-02 22:00 - 03-03 06:00")]
    [InlineData("""[["09:00","09:00"]]""", "03-02 09:00 - 03-03 09:00")]
    [InlineData("""[["22:00","06:00"],["20:00","22:30"]]""", "03-02 20:00 - 03-03 06:00")]
    [InlineData("""[["23:59","23:58"]]""", "03-02 23:59 - 03-03 23:58")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public void Open_IntervalsOfOneWeekday_AreAUnion(string monday, string expected) =>
        Assert.Equal(expected, MarchWeek($$"""{"weekly": {"monday": {{monday}} } }"""));

    [Theory]
    [InlineData("", "03-02 22:00 - 03-03 06:00")]
    [InlineData(""" "holidays": ["2026-03-02"] """, "")]
    [InlineData(""" "holidays": ["2026-03-03"] """, "03-02 22:00 - 03-03 06:00")]
    [InlineData(""" "holidays": ["2026-03-02", "2026-03-02", "--03-02"] """, "")]
    [InlineData(""" "holidays": ["--03-02"] """, "")]
    [InlineData(""" "holidays": [{"from": "2026-02-20", "to": "2026-03-02"}] """, "")]
    [InlineData(""" "holidays": [{"from": "2026-03-02", "to": "2026-03-20"}] """, "")]
    [InlineData(""" "holidays": [{"from": "2026-02-20", "to": "2026-03-01"}] """, "03-02 22:00 - 03-03 06:00")]
    [InlineData(""" "exceptions": [{"date": "2026-03-03", "hours": []}] """, "03-02 22:00 - 03-03 06:00")]
    [InlineData(""" "exceptions": [{"date": "2026-03-02", "hours": []}] """, "")]
    [InlineData(
        """ "exceptions": [{"date": "2026-03-02", "hours": [["23:00","01:00"]]}] """, "03-02 23:00 - 03-03 01:00")]
    [InlineData(
        """ "holidays": ["2026-03-02"], "exceptions": [{"date": "2026-03-02", "hours": [["09:00","10:00"]]}] """,
        "03-02 09:00 - 03-02 10:00")]
    [InlineData(
        """ "exceptions": [{"date": "2026-03-03", "hours": [["06:00","07:00"]]}] """, "03-02 22:00 - 03-03 07:00")]
    [InlineData(
        """ "breaks": [{"date": "2026-03-02", "hours": [["00:00","24:00"]]}] """, "03-03 00:00 - 03-03 06:00")]
    [InlineData(
        """ "breaks": [{"date": "2026-03-03", "hours": [["01:00","02:00"],["05:30","08:00"]]}] """,
        "03-02 22:00 - 03-03 01:00, 03-03 02:00 - 03-03 05:30")]
    [InlineData(
        """
        "exceptions": [{"date": "2026-03-04", "hours": [["09:00","17:00"]]}],
        "breaks": [{"date": "2026-03-04", "hours": [["10:00","10:30"],["10:30","11:00"],["10:15","10:45"]]}]
        """,
        "03-02 22:00 - 03-03 06:00, 03-04 09:00 - 03-04 10:00, 03-04 11:00 - 03-04 17:00")]
    public void Open_DatesThatDiffer_ConcernWhatStartsOnThem(string dates, string expected)
    {
        var comma = dates.Length > 0 ? "," : "";
        Assert.Equal(expected, MarchWeek($$"""{ {{MondayOvernight}} {{comma}} {{dates}} }"""));
    }

    [Theory]
    [InlineData("", "03-01 00:00 - 03-08 00:00")]
    [InlineData(""" "holidays": ["2026-03-03"] """, "03-01 00:00 - 03-03 00:00, 03-04 00:00 - 03-08 00:00")]
    [InlineData(
        """ "exceptions": [{"date": "2026-03-03", "hours": [["09:00","10:00"]]}] """,
        "03-01 00:00 - 03-03 00:00, 03-03 09:00 - 03-03 10:00, 03-04 00:00 - 03-08 00:00")]
    [InlineData(
        """ "exceptions": [{"date": "2026-03-03", "hours": [["22:00","06:00"]]}] """,
        "03-01 00:00 - 03-03 00:00, 03-03 22:00 - 03-08 00:00")]
    [InlineData(
        """ "breaks": [{"date": "2026-03-03", "hours": [["12:00","13:00"]]}] """,
        "03-01 00:00 - 03-03 12:00, 03-03 13:00 - 03-08 00:00")]
    [InlineData(""" "weekly": null """, "03-01 00:00 - 03-08 00:00")]
    [InlineData(""" "weekly": {} """, "")]
    public void Open_NoWeekly_IsOpenExceptForDatesThatDiffer(string keys, string expected) =>
        Assert.Equal(expected, MarchWeek($$"""{ {{keys}} }"""));

    [Theory]
    // 02:00 to 03:00 never comes on the last Sunday of March, and comes twice on that of October.
    [InlineData("Europe/Prague", "sunday", "02:00", "03:00", "2026-03-28T12:00Z", "2026-03-30T00:00Z", "")]
    [InlineData("Europe/Prague", "sunday", "01:30", "03:30", "2026-03-28T12:00Z", "2026-03-30T00:00Z",
        "03-29 00:30 - 03-29 01:30")]
    [InlineData("Europe/Prague", "sunday", "02:00", "03:00", "2026-10-24T12:00Z", "2026-10-26T00:00Z",
        "10-25 00:00 - 10-25 02:00")]
    [InlineData("Europe/Prague", "sunday", "02:15", "02:45", "2026-10-24T12:00Z", "2026-10-26T00:00Z",
        "10-25 00:15 - 10-25 00:45, 10-25 01:15 - 10-25 01:45")]
    // The clock goes back half an hour, at 02:00 to 01:30.
    [InlineData("Australia/Lord_Howe", "sunday", "01:30", "02:00", "2026-04-04T00:00Z", "2026-04-06T00:00Z",
        "04-04 14:30 - 04-04 15:30")]
    // Friday 2011-12-30 was skipped: Thursday's tail never comes, Friday's comes on Saturday.
    [InlineData("Pacific/Apia", "thursday", "22:00", "06:00", "2011-12-29T00:00Z", "2012-01-02T00:00Z",
        "12-30 08:00 - 12-30 10:00")]
    [InlineData("Pacific/Apia", "friday", "22:00", "06:00", "2011-12-29T00:00Z", "2012-01-02T00:00Z",
        "12-30 10:00 - 12-30 16:00")]
    // Midnight itself is skipped (00:00 to 01:00) and repeated (01:00 to 00:00).
    [InlineData("America/Havana", "sunday", "00:00", "01:30", "2025-03-08T12:00Z", "2025-03-10T00:00Z",
        "03-09 05:00 - 03-09 05:30")]
    [InlineData("America/Havana", "sunday", "00:00", "00:30", "2025-11-01T12:00Z", "2025-11-03T00:00Z",
        "11-02 04:00 - 11-02 04:30, 11-02 05:00 - 11-02 05:30")]
    public void Open_ClockChanges_NeedNoOtherRule(
        string zone, string day, string start, string end, string from, string to, string expected)
    {
        var hours = Instants.Hours($$"""
            {"time_zone": "{{zone}}", "weekly": {"{{day}}": [["{{start}}","{{end}}"]] } }
            """);
        Assert.Equal(expected, Instants.Text(hours.For(1).Open(Instants.Ms(from), Instants.Ms(to))));
    }

    [Theory]
    [InlineData("2024-02-29T12:00Z", false)]
    [InlineData("2000-02-29T12:00Z", false)]
    [InlineData("2026-02-28T12:00Z", true)]
    [InlineData("2026-03-01T12:00Z", true)]
    [InlineData("1900-03-01T12:00Z", true)]
    public void Open_HolidayOf29February_ComesInLeapYearsOnly(string instant, bool expected)
    {
        var schedule = Instants.Hours("""{"holidays": ["--02-29"]}""").For(1);
        Assert.Equal(expected, schedule.Open(Instants.Ms(instant), Instants.Ms(instant) + 1).Any());
    }

    [Fact]
    public void Open_Seconds_AreTakenToTheSecond()
    {
        var schedule = Instants.Hours("""
            {"weekly": {"monday": [["08:59:30","12:00:01"]]},
             "breaks": [{"date": "2026-03-02", "hours": [["10:00:00","10:00:10"]]}]}
            """).For(1);
        var midnight = Instants.Ms("2026-03-02T00:00Z");
        Assert.Equal(
            [
                new(midnight + 32_370_000, midnight + 36_000_000),
                new Interval(midnight + 36_010_000, midnight + 43_201_000),
            ],
            schedule.Open(midnight, midnight + 86_400_000));
    }

    [Fact]
    public void Open_Window_ClipsToTheMillisecond()
    {
        var schedule = Instants.Hours("""{"weekly": {"monday": [["09:00","12:00"]]}}""").For(1);
        var nine = Instants.Ms("2026-03-02T09:00Z");
        var noon = Instants.Ms("2026-03-02T12:00Z");

        Assert.Equal([new Interval(nine + 1, noon - 1)], schedule.Open(nine + 1, noon - 1));
        Assert.Equal([new Interval(nine, noon)], schedule.Open(nine - 1, noon + 1));
        Assert.Empty(schedule.Open(nine - 1, nine));
        Assert.Empty(schedule.Open(noon, noon + 1));
        Assert.Empty(schedule.Open(nine, nine));
        Assert.Empty(schedule.Open(noon, nine));
        Assert.Equal(
            [false, true, true, false],
            new[] { nine - 1, nine, noon - 1, noon }.Select(at => schedule.Open(at, at + 1).Any()));
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Europe/Prague")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Etc/GMT+12")]
    public void Open_EndsOfTime_DoNotOverflow(string zone)
    {
        var schedule = Instants.Hours($$"""
            {"time_zone": "{{zone}}", "holidays": ["0001-01-01", "9999-12-31", "--12-31", "--01-01"],
             "breaks": [{"date": "9999-12-30", "hours": [["10:00","11:00"]]}]}
            """).For(1);
        const long first = Limits.FirstInstantMs, end = Limits.LastInstantMs + 1, day = 86_400_000;

        Assert.NotEmpty(schedule.Open(first, first + 2 * day));
        Assert.NotEmpty(schedule.Open(end - 2 * day, end));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Open(first - 1, end));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Open(first, end + 1));
    }

    [Fact]
    public void Open_SixtyYears_HasEveryWorkday()
    {
        var schedule = Instants.Hours("""
            {"time_zone": "America/New_York", "weekly": {"monday": [["09:00","17:00"]], "friday": [["22:00","06:00"]]}}
            """).For(1);
        var open = schedule.Open(Instants.Ms("1990-01-01T00:00Z"), Instants.Ms("2050-01-03T00:00Z")).ToList();

        const int weeks = 3_131;
        Assert.Equal(2 * weeks, open.Count);
        Assert.All(open, interval => Assert.Equal(8 * 3_600_000L, interval.LengthMs));
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("{}", true)]
    [InlineData("""{"time_zone": "Africa/Casablanca"}""", true)]
    [InlineData("""{"exceptions": [{"date": "2026-03-02", "hours": [["00:00","24:00"]]}]}""", true)]
    [InlineData("""{"holidays": ["2026-03-02"]}""", false)]
    [InlineData("""{"breaks": [{"date": "2026-03-02", "hours": [["10:00","10:01"]]}]}""", false)]
    [InlineData("""{"weekly": {"monday": [["00:00","24:00"]]}}""", false)]
    public void Open_NothingOutside_IsTheWindow(string json, bool expected)
    {
        var (fromMs, toMs) = (Instants.Ms("2026-02-20T00:00Z"), Instants.Ms("2026-03-08T00:00Z"));
        var open = Instants.Hours(json).For(1).Open(fromMs, toMs);
        Assert.Equal(expected, open.SequenceEqual([new Interval(fromMs, toMs)]));
    }

    private static string MarchWeek(string json) => Instants.Text(
        Instants.Hours(json).For(1).Open(Instants.Ms("2026-03-01T00:00Z"), Instants.Ms("2026-03-08T00:00Z")));
}
