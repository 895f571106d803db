using NodaTime;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>A month of one company: its window, hours, and agents.</summary>
internal sealed class BreakdownCase(Workbench bench)
{
    public const string ZoneId = "Europe/Prague";
    private const int Days = 30;

    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb[ZoneId];

    public int Agents => bench.Sizes.BreakdownAgents;

    public int EventsPerAgent => bench.Sizes.BreakdownEventsPerAgent;

    public long Events => (long)Agents * EventsPerAgent;

    public long CompanyId => SampleAgents.FirstCompanyId;

    /// <summary>The first day's start.</summary>
    public long FromMs => Midnight(-Days);

    /// <summary>Today's start.</summary>
    public long ToMs => Midnight(0);

    /// <summary>The window's dates in the zone.</summary>
    public IEnumerable<LocalDate> Dates => Enumerable.Range(-Days, Days).Select(day => Today.PlusDays(day));

    private LocalDate Today => Instant.FromUnixTimeMilliseconds(bench.NowMs).InZone(Zone).Date;

    /// <summary>The settings file of the company: Monday to Friday with a lunch break.</summary>
    public string WriteSettings(string directory)
    {
        const string Day = """[["09:00","12:00"],["13:00","17:00"]]""";
        string[] days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
        var weekly = string.Join(", ", days.Select(day => $"\"{day}\": {Day}"));
        var file = Path.Combine(directory, "settings.json");
        File.WriteAllText(file, $$"""
            {"companies": { "{{CompanyId}}": { "time_zone": "{{ZoneId}}", "weekly": { {{weekly}} } } } }
            """);
        return file;
    }

    private long Midnight(int day) => Zone.AtStartOfDay(Today.PlusDays(day)).ToInstant().ToUnixTimeMilliseconds();
}
