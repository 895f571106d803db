using AgentStatus.Server.Configuration;

namespace AgentStatus.Server;

/// <summary>Something that the log says at most once in <see cref="ServerLimits.SaidAgainAfter"/>, however often it
/// happens. Any thread.</summary>
internal sealed class Repeats(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private long? _saidAt;
    private long _count;

    /// <summary>Counts it; how often it has happened since it was said last, if it is to be said now.</summary>
    public long? Count()
    {
        lock (_gate)
        {
            _count++;
            if (_saidAt is { } at && clock.GetElapsedTime(at) < ServerLimits.SaidAgainAfter) return null;
            _saidAt = clock.GetTimestamp();
            var count = _count;
            _count = 0;
            return count;
        }
    }
}
