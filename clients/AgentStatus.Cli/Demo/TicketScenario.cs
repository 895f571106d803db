using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Demo;

/// <summary>The day of tickets DSH-6189 (Call Steps) and RD-1098/DSH-6157 (offline time): an agent set Offline, closed
/// the app and opened it again; then a call rang the group.</summary>
internal static class TicketScenario
{
    public const long Company = 280197;
    public const long Agent = 380171;
    private const long Colleague = 380172;
    private const long Newcomer = 380173;

    /// <summary>Monday to Friday with a lunch break, in the company's zone.</summary>
    public const string Settings = """
        {"companies": {"280197": {"time_zone": "Europe/Prague", "weekly": {
          "monday": [["09:00","12:00"],["13:00","17:00"]],
          "tuesday": [["09:00","12:00"],["13:00","17:00"]],
          "wednesday": [["09:00","12:00"],["13:00","17:00"]],
          "thursday": [["09:00","12:00"],["13:00","17:00"]],
          "friday": [["09:00","12:00"],["13:00","17:00"]]}}}}
        """;

    public static IReadOnlyList<RecordStatusRequest> Events { get; } =
    [
        Event("demo-1", Agent, Status.Offline, StatusOrigin.Agent, "2025-10-01T06:58:12Z"),
        Event("demo-2", Colleague, Status.Online, StatusOrigin.Agent, "2025-10-01T06:59:00Z"),
        Event("demo-3", Agent, Status.Offline, StatusOrigin.App, "2025-10-01T07:30:00Z"),
        Event("demo-4", Agent, Status.Online, StatusOrigin.App, "2025-10-01T07:42:10Z"),
        Event("demo-5", Colleague, Status.Offline, StatusOrigin.App, "2025-10-01T15:03:00Z"),
    ];

    /// <summary>The ring group of the call; nobody answered.</summary>
    public static ClassifyRingTargetsRequest Rings { get; } = new()
    {
        CompanyId = Company,
        CallId = 985282287,
        QueueRule = QueueRule.Always,
        RingAt = Utc("2025-10-01T09:15:30.250Z"),
        Targets = { Unanswered(Agent), Unanswered(Colleague), Unanswered(Newcomer) },
    };

    /// <summary>The local day of the call, from midnight to midnight in Prague.</summary>
    public static GetBreakdownRequest Day { get; } = new()
    {
        CompanyId = Company,
        StartTime = Utc("2025-09-30T22:00:00Z"),
        EndTime = Utc("2025-10-01T22:00:00Z"),
        Granularity = Granularity.Day,
    };

    private static RingTarget Unanswered(long agent) => new() { AgentId = agent, Outcome = RingOutcome.NoAnswer };

    private static RecordStatusRequest Event(string id, long agent, Status status, StatusOrigin origin, string at) =>
        new()
        {
            CompanyId = Company,
            AgentId = agent,
            Status = status,
            Origin = origin,
            OccurredAt = Utc(at),
            EventId = id,
        };

    private static Timestamp Utc(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToTimestamp();
}
