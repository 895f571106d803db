namespace AgentStatus.Storage.Spool;

/// <summary>How long to wait until something is tried again that goes on failing: twice as long each time, up to a
/// limit. One thread at a time.</summary>
/// <param name="shortest">The first wait; the longest is <see cref="StorageLimits.MaxBackoff"/> times that.</param>
internal sealed class Backoff(TimeSpan shortest, TimeProvider clock)
{
    private long _failedAt;

    /// <summary>The wait after the last failure; zero: it went well.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>Whether the wait is over.</summary>
    public bool IsOver => clock.GetElapsedTime(_failedAt) >= Wait;

    public void Fail()
    {
        _failedAt = clock.GetTimestamp();
        var longest = StorageLimits.MaxBackoff * shortest;
        Wait = Wait < shortest ? shortest : 2 * Wait < longest ? 2 * Wait : longest;
    }

    public void Succeed() => Wait = TimeSpan.Zero;
}
