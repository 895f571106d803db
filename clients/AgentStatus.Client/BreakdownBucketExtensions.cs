namespace AgentStatus.Client;

/// <summary>Reads a bucket in .NET's own types.</summary>
public static class BreakdownBucketExtensions
{
    /// <summary>Elapsed time in one status, under all of its labels; zero if there was none.</summary>
    public static TimeSpan DurationOf(this BreakdownBucket bucket, Status status) => new(
        bucket.Durations.Where(entry => entry.Status == status).Sum(entry => entry.Duration.ToTimeSpan().Ticks));

    /// <summary>The bucket's length: all durations, outside hours and unknown add up to it.</summary>
    public static TimeSpan Length(this BreakdownBucket bucket) => (bucket.EndTime - bucket.StartTime).ToTimeSpan();
}
