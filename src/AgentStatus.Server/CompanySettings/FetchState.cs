namespace AgentStatus.Server.CompanySettings;

/// <summary>What is kept of one company's fetches. <see cref="Gate"/> guards the start of a fetch, which then owns the
/// rest.</summary>
internal sealed class FetchState
{
    private string? _reported;

    public Lock Gate { get; } = new();

    /// <summary>The fetch under way, or the last one; never fails.</summary>
    public Task Fetch { get; set; } = Task.CompletedTask;

    /// <summary>When the last fetch ended, as a timestamp of the TimeProvider; null before the first.</summary>
    public long? EndedAt { get; set; }

    /// <summary>How long after <see cref="EndedAt"/> the next one is due.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>Fetches that failed or were refused since the last good one.</summary>
    public int Failures { get; set; }

    /// <summary>Of the last answer that was taken over.</summary>
    public string? Tag { get; set; }

    /// <summary>Whether this trouble (null: none) is another than the last time, and so worth a line in the
    /// log.</summary>
    public bool StartReporting(string? trouble)
    {
        var isNew = trouble != _reported;
        _reported = trouble;
        return isNew;
    }
}
