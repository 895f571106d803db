namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>
/// Up to which own number all offline periods are written and settled: what others need not compute anew if this
/// server dies. The follower's thread changes it; any may read <see cref="Through"/>.
/// </summary>
internal sealed class OwnPeriods(TimeSpan settleFor)
{
    private readonly Settling _settling = new(settleFor);
    private long _through;
    private long _confirmed;
    private long _settlingThrough;

    public long Through => Volatile.Read(ref _through);

    /// <summary>
    /// All periods are written that follow from what was given, and from the own numbers that were confirmed when the
    /// last reading ended (not when this is called: one may have been confirmed since, and its periods not be written).
    /// </summary>
    public void Written(TimeSpan now)
    {
        if (_settling.TryEnd(now))
            Volatile.Write(ref _through, _settlingThrough);
        if (_settling.IsWaiting || _confirmed <= _through)
            return;
        _settlingThrough = _confirmed;
        _settling.Begin(now);
    }

    /// <summary>A reading has ended.</summary>
    /// <param name="isWhole">Whether it gave everything.</param>
    /// <param name="confirmedThrough">The own numbers that are confirmed now.</param>
    public void ReadingEnded(bool isWhole, long confirmedThrough)
    {
        if (isWhole)
            _settling.Followed();
        _confirmed = confirmedThrough;
    }
}
