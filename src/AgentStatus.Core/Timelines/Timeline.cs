using System.Diagnostics;

namespace AgentStatus.Core.Timelines;

/// <summary>An agent's timeline: a snapshot of its packed, sorted events. The default is that of an agent without
/// events.</summary>
/// <remarks>The array holds three words and then the events: [0] how many are published, [1] from when on instants are
/// answered right (<see cref="CoveredFromMs"/>), [2] since when the status in force at that instant lasts
/// (<see cref="NotLoaded"/>: the store knows). A timeline that knows the agent's whole history is covered from
/// <see cref="WholeHistory"/>. Events before the covered time are there for the state that they leave behind: the last
/// event of each origin, and all of the last <see cref="Limits.WrapUpMs"/>, since an APP OFFLINE that a later APP event
/// hides can have ended a WRAP_UP. Readers take a snapshot (array and count) and need no lock: the one writer only ever
/// writes behind the published count, or into an array of its own. Invariant: words [3..3+count) are in total order,
/// and each carries the state after it, with a call that had run out by then left out.</remarks>
public readonly partial struct Timeline
{
    /// <summary>Stands for an interval's start that is older than what is in memory.</summary>
    public const long NotLoaded = long.MinValue;

    /// <summary>Covered from the beginning: nothing of the agent's history is left out.</summary>
    public const long WholeHistory = long.MinValue;

    private const int Header = 3;

    private readonly long[]? _words;
    private readonly int _count;

    private Timeline(long[]? words, int count) => (_words, _count) = (words, count);

    /// <summary>Number of events in the snapshot.</summary>
    public int Count => _count;

    /// <summary>Instants from here on are answered right; earlier ones are the store's.</summary>
    public long CoveredFromMs => _words is null ? WholeHistory : _words[1];

    /// <summary>All events from here on are in the snapshot.</summary>
    public long LoadedFromMs => CoveredFromMs == WholeHistory ? WholeHistory : CoveredFromMs - Limits.WrapUpMs;

    /// <summary>When the last event occurred; only if there is one.</summary>
    public long LastOccurredAtMs => PackedEvent.OccurredAtMs(Events[^1]);

    /// <summary>The last interval, as far as it can be told in short: not where it began before what is covered, and
    /// not where nothing is known.</summary>
    public LatestStatus Latest
    {
        get
        {
            if (_count == 0) return default;
            var state = PackedEvent.After(Events[^1]);
            var sinceMs = SinceMs(Events, _count - 1, state.Effective);
            if (sinceMs <= CoveredFromMs || state.Effective.Status == Status.Unknown) return default;
            var callBeganThen = state.HasCall && CallEndsAtMs(Events, _count - 1) == sinceMs + state.CallLimitMs;
            return LatestStatus.Of(state, sinceMs, callBeganThen);
        }
    }

    private ReadOnlySpan<long> Events => _words is null ? default : new ReadOnlySpan<long>(_words, Header, _count);

    /// <summary>The packed events before an instant.</summary>
    internal ReadOnlySpan<long> EventsUntil(long instantMs) => Events[..(LastAtOrBefore(Events, instantMs - 1) + 1)];

    /// <summary>Whether the snapshot answers for this instant.</summary>
    public bool Covers(long instantMs) => _words is null || instantMs >= _words[1];

    /// <summary>What the agent is at this instant. Only for instants that it covers. Allocates nothing, takes no
    /// lock.</summary>
    public StatusAt At(long instantMs)
    {
        Debug.Assert(Covers(instantMs), "the store answers for this instant");
        var events = Events;
        var index = LastAtOrBefore(events, instantMs);
        if (index < 0) return default;

        var state = PackedEvent.After(events[index]);
        if (state.HasCall)
        {
            var callEndsAtMs = CallEndsAtMs(events, index);
            if (instantMs >= callEndsAtMs) return Answer(state.WithoutCall.Effective, callEndsAtMs);
        }

        return Answer(state.Effective, SinceMs(events, index, state.Effective));
    }

    /// <summary>When the call that the last event leaves in force runs out and leaves OFFLINE behind, unless an event
    /// comes first; null if nothing of that kind lies ahead.</summary>
    public long? FindOfflineAfterCallMs()
    {
        var events = Events;
        return events.Length > 0
            && PackedEvent.After(events[^1]) is { HasCall: true, WithoutCall.Effective.Status: Status.Offline }
                ? CallEndsAtMs(events, events.Length - 1)
                : null;
    }

    private StatusAt Answer(EffectiveStatus effective, long sinceMs) => new(
        effective.Status,
        effective.Origin,
        effective.Status == Status.Unknown || sinceMs > CoveredFromMs || CoveredFromMs == WholeHistory ? sinceMs : _words![2]);

    /// <summary>Index of the last event at or before the instant, or -1.</summary>
    internal static int LastAtOrBefore(ReadOnlySpan<long> events, long instantMs)
    {
        var after = PackedEvent.Floor(instantMs + 1);

        // Most questions are about now.
        if (events.Length > 0 && events[^1] < after) return events.Length - 1;

        int low = 0, high = events.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (events[middle] < after) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    /// <summary>When the call layer that this event leaves behind runs out.</summary>
    internal static long CallEndsAtMs(ReadOnlySpan<long> events, int index)
    {
        var limitMs = PackedEvent.After(events[index]).CallLimitMs;
        return PackedEvent.OccurredAtMs(events[LastCallAtOrBefore(events, index)]) + limitMs;
    }

    private static int LastCallAtOrBefore(ReadOnlySpan<long> events, int index)
    {
        while (PackedEvent.Origin(events[index]) != Origin.Call) index--;
        return index;
    }

    /// <summary>Goes back from an event, as long as the same was in force before it, to where that began.</summary>
    private static long SinceMs(ReadOnlySpan<long> events, int index, EffectiveStatus effective)
    {
        // Looked for once, and not again at each of the events that came during the call.
        var call = int.MaxValue;
        while (true)
        {
            var startMs = PackedEvent.OccurredAtMs(events[index]);
            do index--;
            while (index >= 0 && PackedEvent.OccurredAtMs(events[index]) == startMs);
            if (index < 0) return startMs;

            var before = PackedEvent.After(events[index]);
            if (before.HasCall && index < call) call = LastCallAtOrBefore(events, index);
            var endsAtMs = before.HasCall ? PackedEvent.OccurredAtMs(events[call]) + before.CallLimitMs : startMs;
            if (endsAtMs < startMs) return before.WithoutCall.Effective == effective ? endsAtMs : startMs;
            if (before.Effective != effective) return startMs;
        }
    }
}
