namespace AgentStatus.Server.CompanySettings;

/// <summary>What is kept of one company's fetches. <see cref="Gate"/> guards the first of it; a fetch owns the
/// rest.</summary>
internal sealed class FetchState
{
    private volatile bool _hasEvents;
    private volatile HoursHistory? _passing;
    private volatile IReadOnlyList<HoursFault>? _faults;
    private volatile bool _isRefused;

    public Lock Gate { get; } = new();

    /// <summary>The fetch under way, or the last one; never fails.</summary>
    public Task Fetch { get; set; } = Task.CompletedTask;

    /// <summary>That fetch's turn.</summary>
    public FetchTurn? Turn { get; set; }

    /// <summary>How urgent it is, or was.</summary>
    public FetchUrgency Urgency { get; set; }

    /// <summary>When the last fetch ended, as a timestamp of the TimeProvider; null before the first.</summary>
    public long? EndedAt { get; set; }

    /// <summary>How long after <see cref="EndedAt"/> the next one is due.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>Fetches that failed or were refused since the last good one.</summary>
    public int Failures { get; set; }

    /// <summary>Of the last answer that was stored.</summary>
    public string? Tag { get; set; }

    /// <summary>The faults of that answer: of agents' entries.</summary>
    public IReadOnlyList<HoursFault> TakenFaults { get; set; } = [];

    /// <summary>The faults of agents' entries that the log tells of.</summary>
    public string ReportedFaults { get; set; } = "";

    /// <summary>The trouble that the log tells of; null: none.</summary>
    public string? Reported { get; set; }

    /// <summary>Whether the company has an event, in memory or before its horizon. Any thread.</summary>
    public bool HasEvents
    {
        get => _hasEvents;
        set => _hasEvents = value;
    }

    /// <summary>The faults of the last answer; null: there was none yet. Any thread.</summary>
    public IReadOnlyList<HoursFault>? Faults
    {
        get => _faults;
        set => _faults = value;
    }

    /// <summary>Whether these refused the company's hours as a whole. Any thread.</summary>
    public bool IsRefused
    {
        get => _isRefused;
        set => _isRefused = value;
    }

    /// <summary>The hours of a company without events, which are not stored; null otherwise. Any thread.</summary>
    public HoursHistory? Passing
    {
        get => _passing;
        set => _passing = value;
    }
}
