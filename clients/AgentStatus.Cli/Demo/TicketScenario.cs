namespace AgentStatus.Cli.Demo;

/// <summary>The day of tickets DSH-6189 (Call Steps) and RD-1098/DSH-6157 (offline time): an agent set Offline, closed
/// the app and opened it again; then a call rang the group.</summary>
internal static class TicketScenario
{
    public const long Company = 280197;
    public const long Agent = 380171;
    public const long Colleague = 380172;
    public const long Newcomer = 380173;
    public const long Call = 985282287;

    /// <summary>Monday to Friday with a lunch break, in the company's zone.</summary>
    public const string Settings = """
        {"companies": {"280197": {"time_zone": "Europe/Prague", "weekly": {
          "monday": [["09:00","12:00"],["13:00","17:00"]],
          "tuesday": [["09:00","12:00"],["13:00","17:00"]],
          "wednesday": [["09:00","12:00"],["13:00","17:00"]],
          "thursday": [["09:00","12:00"],["13:00","17:00"]],
          "friday": [["09:00","12:00"],["13:00","17:00"]]}}}}
        """;

    public static IReadOnlyList<StatusEvent> Events { get; } =
    [
        Event("demo-1", Agent, Status.Offline, StatusOrigin.Agent, "2025-10-01T06:58:12Z"),
        Event("demo-2", Colleague, Status.Online, StatusOrigin.Agent, "2025-10-01T06:59:00Z"),
        Event("demo-3", Agent, Status.Offline, StatusOrigin.App, "2025-10-01T07:30:00Z"),
        Event("demo-4", Agent, Status.Online, StatusOrigin.App, "2025-10-01T07:42:10Z"),
        Event("demo-5", Colleague, Status.Offline, StatusOrigin.App, "2025-10-01T15:03:00Z"),
    ];

    /// <summary>The ring group of the call; nobody answered.</summary>
    public static GroupRing Rings { get; } = new(
        Company, [Unanswered(Agent), Unanswered(Colleague), Unanswered(Newcomer)])
    {
        CallId = Call,
        QueueRule = QueueRule.Always,
        RingAt = Utc("2025-10-01T09:15:30.250Z"),
    };

    /// <summary>The local day of the call, from midnight to midnight in Prague.</summary>
    public static BreakdownQuery Day { get; } =
        new(Company, Utc("2025-09-30T22:00:00Z"), Utc("2025-10-01T22:00:00Z")) { Granularity = Granularity.Day };

    /// <summary>How Call Steps showed a ring before the fix: it looked at the ring alone, never at the agent.</summary>
    public static string LabelBeforeTheFix(RingOutcome outcome) =>
        outcome == RingOutcome.NoAnswer ? "Busy (missed)" : outcome.ToString();

    private static RingTarget Unanswered(long agent) => new() { AgentId = agent, Outcome = RingOutcome.NoAnswer };

    private static StatusEvent Event(string id, long agent, Status status, StatusOrigin origin, string at) =>
        new(Company, agent, status, origin) { EventId = id, OccurredAt = Utc(at) };

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
