using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Seed;

/// <summary>A working day of one agent: what the agent chooses and what the agent's apps do, without calls.</summary>
internal sealed class AgentDay
{
    private const string Desktop = "desktop";
    private const string Phone = "phone";

    private readonly SeedPlan _plan;
    private readonly DateOnly _date;
    private readonly Random _random;
    private readonly List<RecordStatusRequest> _choices = [];
    private readonly List<RecordStatusRequest> _apps = [];
    private readonly HashSet<RecordStatusRequest> _late = [];
    private int _events;

    private AgentDay(SeedPlan plan, long agentId, DateOnly date, Shift shift)
    {
        (_plan, AgentId, _date) = (plan, agentId, date);
        _random = plan.RandomOf(date, agentId);
        StartAt = Around(plan.Instant(date, shift.From), -240, 360);
        EndAt = Around(plan.Instant(date, shift.To), -180, 900);
        FreeAt = StartAt;
    }

    public long AgentId { get; }

    public DateTimeOffset StartAt { get; }

    public DateTimeOffset EndAt { get; }

    /// <summary>When the agent's last call is over, its after-call work included.</summary>
    public DateTimeOffset FreeAt { get; set; }

    /// <summary>When a ring shows that the agent's own Offline came late; null on most days.</summary>
    public DateTimeOffset? OfflineUnknownAt { get; private set; }

    public IEnumerable<RecordStatusRequest> Events => _choices.Concat(_apps);

    /// <summary>The day; null if the agent does not work on it.</summary>
    public static AgentDay? Of(SeedPlan plan, long agentId, DateOnly date)
    {
        if (Shift.Of(plan, agentId, date) is not { } shift) return null;
        var day = new AgentDay(plan, agentId, date, shift);
        day.Work();
        return day;
    }

    /// <summary>Whether the event reaches the server only after the calls of its day.</summary>
    public bool IsLate(RecordStatusRequest statusEvent) => _late.Contains(statusEvent);

    /// <summary>Whether a call can be given to the agent.</summary>
    public bool IsAvailable(DateTimeOffset at) => at >= FreeAt
        && Last(_choices, at)?.Status == Status.Online
        && Last(_apps.Where(e => e.DeviceId == Desktop), at)?.Status is Status.Online or Status.Idle;

    public bool IsOnCall(DateTimeOffset at) => at >= StartAt && at < FreeAt;

    /// <summary>A rule pauses the agent, who comes back after a while.</summary>
    public void Pause(DateTimeOffset at)
    {
        var backAt = Around(at, 90, 300);
        if (_choices.Any(e => e.OccurredAt.ToDateTimeOffset() >= at && e.OccurredAt.ToDateTimeOffset() <= backAt))
            return;
        var paused = Event(at, Status.Away, StatusOrigin.System);
        (paused.Label, paused.Actor) = ("Missed calls", "rule: missed calls");
        _choices.Add(paused);
        Choose(backAt, Status.Online);
    }

    /// <summary>A supervisor logs out this agent instead of another one; the event is retracted later.</summary>
    public RecordStatusRequest LogOutByMistake(DateTimeOffset at)
    {
        var wrong = Event(at, Status.Offline, StatusOrigin.Supervisor);
        wrong.Actor = "Team lead";
        return wrong;
    }

    /// <summary>An event of this agent. The id follows from what was asked for before.</summary>
    public RecordStatusRequest Event(DateTimeOffset at, Status status, StatusOrigin origin, string device = "") => new()
    {
        CompanyId = _plan.CompanyId,
        AgentId = AgentId,
        Status = status,
        Origin = origin,
        OccurredAt = at.ToTimestamp(),
        DeviceId = device,
        EventId = string.Create(
            CultureInfo.InvariantCulture, $"{_plan.IdPrefix}{_date:yyyyMMdd}-{AgentId}-{_events++}"),
    };

    private static RecordStatusRequest? Last(IEnumerable<RecordStatusRequest> events, DateTimeOffset at)
    {
        var instant = at.ToTimestamp();
        return events.Where(e => e.OccurredAt.CompareTo(instant) <= 0).MaxBy(e => e.OccurredAt);
    }

    private void Work()
    {
        App(Around(StartAt, -420, -40), Status.Online);
        Choose(StartAt, Status.Online);
        Pause(0.25, "Break", Status.Away, 8, 16);
        Pause(0.5, "Lunch", Status.Away, 28, 48);
        Pause(0.75, "Break", Status.Away, 8, 16);
        if (_random.Next(3) == 0)
        {
            var (label, status) = _random.GetItems<(string, Status)>(
                [("Training", Status.Away), ("Meeting", Status.Away), ("Back office", Status.Busy)], 1)[0];
            Pause(0.375, label, status, 15, 45);
        }

        if (_random.Next(8) == 0) GoOffline();
        if (_random.Next(6) == 0) LoseTheApp();
        if (_random.Next(3) == 0) GoIdle();
        if (AgentId % 5 == 2) UsePhone();
        GoHome();
    }

    private void Pause(double partOfShift, string label, Status status, int leastMinutes, int mostMinutes)
    {
        var at = Around(StartAt + (partOfShift * (EndAt - StartAt)), -300, 300);
        Choose(at, status).Label = label;
        Choose(Around(at, 60 * leastMinutes, 60 * mostMinutes), Status.Online);
    }

    /// <summary>The agent sets Offline, closes the app and opens it again: Offline all the same, until the agent
    /// says otherwise. Sometimes the choice reaches the server late.</summary>
    private void GoOffline()
    {
        var at = Around(StartAt + (0.625 * (EndAt - StartAt)), -300, 300);
        var offline = Choose(at, Status.Offline);
        var closedAt = Around(at, 10, 60);
        App(closedAt, Status.Offline);
        var reopenedAt = Around(closedAt, 60, 300);
        App(reopenedAt, Status.Online);
        Choose(Around(reopenedAt, 600, 1_800), Status.Online);
        if (_random.Next(3) != 0) return;
        _late.Add(offline);
        OfflineUnknownAt = Around(reopenedAt, 120, 480);
    }

    private void LoseTheApp()
    {
        var at = SomewhereInTheShift();
        App(at, Status.Offline);
        App(Around(at, 4, 90), Status.Online);
    }

    private void GoIdle()
    {
        var at = SomewhereInTheShift();
        App(at, Status.Idle);
        App(Around(at, 120, 700), Status.Online);
    }

    private void UsePhone()
    {
        App(Around(StartAt, 20, 300), Status.Online, Phone);
        App(Around(EndAt, 1_200, 3_600), Status.Offline, Phone);
    }

    /// <summary>Most say that they go; the others close the app.</summary>
    private void GoHome()
    {
        if (_random.Next(7) != 0) Choose(EndAt, Status.Offline);
        App(Around(EndAt, 5, 120), Status.Offline);
        if (!Shift.IsLastOfSeason(_plan, AgentId, _date)) return;
        var left = Event(Around(EndAt, 4_000, 5_000), Status.Left, StatusOrigin.Supervisor);
        left.Actor = "Personnel";
        _choices.Add(left);
    }

    private DateTimeOffset SomewhereInTheShift() =>
        StartAt + ((0.05 + (0.85 * _random.NextDouble())) * (EndAt - StartAt));

    private RecordStatusRequest Choose(DateTimeOffset at, Status status)
    {
        _choices.Add(Event(at, status, StatusOrigin.Agent, Desktop));
        return _choices[^1];
    }

    private void App(DateTimeOffset at, Status status, string device = Desktop) =>
        _apps.Add(Event(at, status, StatusOrigin.App, device));

    /// <summary>An instant so many seconds later, and some milliseconds.</summary>
    private DateTimeOffset Around(DateTimeOffset at, int leastSeconds, int mostSeconds) =>
        at.AddMilliseconds(_random.Next(1_000 * leastSeconds, 1_000 * mostSeconds));
}
