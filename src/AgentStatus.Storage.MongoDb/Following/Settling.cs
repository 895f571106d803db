namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>
/// Waits until offline periods that are written cannot be undone any more: until what others had stored by then was
/// followed as well, and written where it changes them, and some time has passed.
/// </summary>
internal sealed class Settling(TimeSpan settleFor)
{
    private TimeSpan? _writtenAt;
    private bool _isFollowed;

    public bool IsWaiting => _writtenAt is not null;

    /// <summary>The periods are written; begins the wait.</summary>
    /// <param name="now">A clock that only runs forward.</param>
    public void Begin(TimeSpan now) => (_writtenAt, _isFollowed) = (now, false);

    /// <summary>A reading that began after the last call of another method here has been given, whole.</summary>
    public void Followed() => _isFollowed = true;

    /// <summary>
    /// Everything that was given is written. True, and the end of the wait, if the periods are settled.
    /// </summary>
    public bool TryEnd(TimeSpan now)
    {
        if (!_isFollowed || _writtenAt is not { } at || now - at < settleFor)
            return false;
        _writtenAt = null;
        return true;
    }

    public void Cancel() => _writtenAt = null;
}
