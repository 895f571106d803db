namespace AgentStatus.Cli.Seed;

/// <summary>When an agent works, by the clocks of the company's zone.</summary>
/// <param name="From">After midnight of the day on which the shift begins.</param>
/// <param name="To">The same: beyond 24 hours it ends on the next day.</param>
internal sealed record Shift(TimeSpan From, TimeSpan To)
{
    private const int VacationOneOf = 14;
    private const int SickOneOf = 45;

    // Day 0 of the calendar was a Monday.
    private const int DaysOfWeek = 7;
    private const int SeasonDays = 9 * DaysOfWeek;
    private const int LastDayOfSeason = (5 * DaysOfWeek) + 4;

    private static readonly Shift Early = new(new(7, 0, 0), new(15, 30, 0));
    private static readonly Shift Day = new(new(9, 0, 0), new(17, 30, 0));
    private static readonly Shift Late = new(new(12, 30, 0), new(21, 0, 0));
    private static readonly Shift Night = new(new(21, 30, 0), new(29, 45, 0));

    // The ids of agents end with a digit that tells the shift: 0 first.
    private static readonly Shift[] Rota = [Late, Early, Day, Day, Late, Night, Early, Day, Day, Early];

    /// <summary>The agent's shift of a date; null: a day off, a vacation of a week, or ill.</summary>
    public static Shift? Of(SeedPlan plan, long agentId, DateOnly date)
    {
        if (IsLastOfSeason(plan, agentId, date)) return Rota[agentId % Rota.Length];
        if (IsAway(plan, agentId, date)) return null;
        // Most work from Monday to Friday; some from Wednesday to Sunday.
        var dayOfWeek = date.DayNumber % DaysOfWeek;
        var isOff = agentId % 4 == 3 ? dayOfWeek is 0 or 1 : dayOfWeek is 5 or 6;
        var monday = date.AddDays(-dayOfWeek);
        if (isOff || plan.RandomOf(monday, -agentId).Next(VacationOneOf) == 0) return null;
        return plan.RandomOf(date, -agentId).Next(SickOneOf) == 0 ? null : Rota[agentId % Rota.Length];
    }

    /// <summary>Whether the seasonal agent is between two seasons: three weeks of nine, the same ones whenever the
    /// plan ends.</summary>
    public static bool IsAway(SeedPlan plan, long agentId, DateOnly date) =>
        agentId == plan.SeasonalAgent && date.DayNumber % SeasonDays > LastDayOfSeason;

    /// <summary>Whether the seasonal agent leaves on this Friday.</summary>
    public static bool IsLastOfSeason(SeedPlan plan, long agentId, DateOnly date) =>
        agentId == plan.SeasonalAgent && date.DayNumber % SeasonDays == LastDayOfSeason;
}
