namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>
/// The offline periods of a server that went silent. What follows from its events that it did not vouch for is
/// computed anew when it lapses, and once more when nothing of it can be on its way any more; then its document is
/// settled for good.
/// </summary>
internal sealed class AbandonedPeriods(FollowingLimits limits)
{
    private readonly Settling _settling = new(limits.SettleFor);
    private long? _givenForSeenAtMs;
    private bool _isGivenFinally;
    private bool _isFinal;
    private long _next;
    private long _last;

    private bool IsGiving => _next > 0;

    /// <summary>Which of its numbers' events to give as abandoned now; null: none.</summary>
    public NumberRange? WhatToGive(ServerDocument server, long nowMs)
    {
        if (server.IsSettled || !server.IsAwayFor(limits.LapsedAfter, nowMs))
        {
            _next = 0;
            _isGivenFinally = false;
            _settling.Cancel();
            return null;
        }
        var isFinal = server.IsAwayFor(limits.WatchFor, nowMs);
        var isGiven = _givenForSeenAtMs == server.SeenAtMs && (_isGivenFinally || !isFinal);
        if (!IsGiving && !isGiven)
        {
            _next = server.PeriodsThrough + 1;
            _last = Math.Max(server.PeriodsThrough, server.ConfirmedThrough);
            _isFinal = isFinal;
        }
        return IsGiving ? new(_next, long.MaxValue) : null;
    }

    /// <summary>What was asked for has been read.</summary>
    /// <param name="server">As <see cref="WhatToGive"/> had it.</param>
    /// <param name="through">Up to this number; long.MaxValue: all.</param>
    /// <param name="last">The last number that was read, or 0.</param>
    public void Gave(ServerDocument server, long through, long last)
    {
        if (!IsGiving)
            return;
        _last = Math.Max(_last, last);
        _next = Math.Max(_next, through == long.MaxValue ? 0 : through + 1);
        if (through < long.MaxValue)
            return;
        _next = 0;
        _givenForSeenAtMs = server.SeenAtMs;
        _isGivenFinally = _isFinal;
    }

    /// <summary>
    /// Everything that was given is written. Returns the number up to which the server's periods are then settled for
    /// good, or null.
    /// </summary>
    public long? Written(TimeSpan now)
    {
        if (!_isGivenFinally || IsGiving)
            return null;
        if (_settling.TryEnd(now))
            return _last;
        if (!_settling.IsWaiting)
            _settling.Begin(now);
        return null;
    }

    /// <summary>A whole reading has been given.</summary>
    public void Followed() => _settling.Followed();
}
