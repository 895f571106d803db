namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>The times and sizes that servers of one database agree on; tests shorten them.</summary>
internal sealed record ReplicationLimits
{
    public static readonly ReplicationLimits Default = new();

    /// <summary>How long after a server's last sign of life its numbers are still asked for: longer than a network or a
    /// paused process holds an insert back and lets it land after all (TCP gives up after a quarter of an
    /// hour).</summary>
    public TimeSpan WatchFor { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A server writes and acknowledges only if its last sign of life is younger than this: far below
    /// <see cref="WatchFor"/>, so that followers surely ask for what was acknowledged.</summary>
    public TimeSpan RefreshWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the document of a server stays that will never write again, for people to read.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Events and hours versions of one reading: bounds memory and time; the next call goes on.</summary>
    public int DocumentsPerRead { get; init; } = 20_000;

    /// <summary>Number ranges asked for in one query: a query stays small, however many gaps there are.</summary>
    public int RangesPerQuery { get; init; } = 100;

    /// <summary>A reading that lasts this long ends early; the next call goes on.</summary>
    public TimeSpan ReadFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Where the primary changed between the beginning of following and the first reading, so many numbers of
    /// each server are asked for again: a new primary may for a moment not show all that the old one had
    /// confirmed.</summary>
    public int NumbersAskedAgain { get; init; } = 50_000;
}
