namespace AgentStatus.Server.Memory;

/// <summary>Until when memory knows everything: every event that any server acknowledged as stored before that instant
/// is in it. Take it before reading memory. Any thread.</summary>
internal sealed class KnownThrough
{
    private const long OwnAlone = long.MaxValue;

    private long _followedMs = OwnAlone;

    /// <summary>As of now. The store's only server shows what it acknowledges before it does so: now. Of several
    /// servers each knows what it has followed the others through, by the store's clock.</summary>
    public long At(long nowMs) => Volatile.Read(ref _followedMs) is var followedMs && followedMs == OwnAlone ? nowMs : followedMs;

    /// <summary>The other servers have been followed through this instant. One thread.</summary>
    public void Follow(long instantMs)
    {
        // A new primary whose clock is behind: what is known stays known.
        if (_followedMs == OwnAlone || instantMs > _followedMs) Volatile.Write(ref _followedMs, instantMs);
    }
}
