namespace AgentStatus.Core.Timelines;

/// <summary>The last interval of a timeline in 8 bytes: what nearly every question is about, without a look at the
/// events. The default answers nothing: the timeline does.</summary>
/// <remarks>The word is a <see cref="PackedEvent"/> without an event: when the interval began, the state of the layers
/// in it, and whether its call began with it. A call can run out, at the earliest its limit after the interval's start:
/// its event is not older, else the call would have been in force before. Where the call began with the interval, what
/// follows it is known as well. There is no room for a label.</remarks>
public readonly struct LatestStatus
{
    /// <summary>Among the bits that are an event's own.</summary>
    private const long CallBeganThen = 1;

    private readonly long _word;

    private LatestStatus(long word) => _word = word;

    /// <summary>What a writer publishes in one piece, and <see cref="Read"/> turns back.</summary>
    public long Word => _word;

    public static LatestStatus Read(long word) => new(word);

    /// <summary>What the agent is at this instant, if it lies in the interval for certain.</summary>
    public bool TryAt(long instantMs, CallLimits limits, out StatusAt answer)
    {
        var state = PackedEvent.After(_word);
        var sinceMs = PackedEvent.OccurredAtMs(_word);
        answer = default;
        if (_word == 0 || instantMs < sinceMs) return false;
        if (state.HasCall && limits.Of(state.Call) is var limitMs && instantMs - sinceMs >= limitMs)
        {
            if ((_word & CallBeganThen) == 0) return false;
            (sinceMs, state) = (sinceMs + limitMs, state.WithoutCall);
        }

        var effective = state.Effective;
        answer = new StatusAt(effective.Status, effective.Origin, sinceMs);
        return true;
    }

    internal static LatestStatus Of(LayerState state, long sinceMs, bool callBeganThen) =>
        new(PackedEvent.Pack(sinceMs, state) | (callBeganThen ? CallBeganThen : 0));
}
