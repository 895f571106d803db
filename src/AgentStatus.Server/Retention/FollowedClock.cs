using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Retention;

/// <summary>The machine's clock, as far as what cannot be undone may trust it: it is followed from an instant that is
/// known to have been, and not faster than <see cref="ServerLimits.ClockFollowedTimes"/> times the time that passes. A
/// clock that went ahead by a year takes data away early by a week for each day that nobody notices. One
/// thread.</summary>
internal sealed class FollowedClock(TimeProvider clock)
{
    private long _seenMs;
    private long? _at;

    public bool HasBegun => _at is not null;

    /// <param name="seenMs">It was this late at least.</param>
    public void Begin(long seenMs) => (_seenMs, _at) = (seenMs, clock.GetTimestamp());

    /// <summary>How late it is, as far as it is certain; never earlier than before.</summary>
    public long FollowMs()
    {
        var at = clock.GetTimestamp();
        var passedMs = (long)clock.GetElapsedTime(_at!.Value, at).TotalMilliseconds;
        var latestMs = _seenMs + (ServerLimits.ClockFollowedTimes * passedMs);
        _at = at;
        return _seenMs = Math.Max(_seenMs, Math.Min(clock.NowMs(), latestMs));
    }
}
