using System.Diagnostics;

namespace AgentStatus.Core.Timelines;

/// <summary>An agent's timeline: a snapshot of its packed, sorted events. The default is that of an agent without
/// events.</summary>
/// <remarks>The array holds three words and then the events: [0] how many are published, and what the array has besides
/// (<see cref="Create"/>), [1] from when on instants are answered right (<see cref="CoveredFromMs"/>), [2] since when
/// the status in force at that instant lasts (<see cref="NotLoaded"/>: the store knows). A timeline that knows the
/// agent's whole history is covered from <see cref="WholeHistory"/>. Events before the covered time are there for the
/// state that they leave behind: see <see cref="Cut"/>. Readers take a snapshot (array and count) and need no lock: the
/// one writer only ever writes behind the published count, or into an array of its own. Invariant: words [3..3+count)
/// are in total order, and each carries the state after it, with a call that had run out by then left out.</remarks>
public readonly partial struct Timeline
{
    /// <summary>Stands for an interval's start that is older than what is in memory.</summary>
    public const long NotLoaded = long.MinValue;

    /// <summary>Covered from the beginning: nothing of the agent's history is left out.</summary>
    public const long WholeHistory = long.MinValue;

    private const int Header = 3;

    private readonly long[]? _words;
    private readonly CallLimits? _limits;
    private readonly int _count;
    private readonly int _layout;

    private Timeline(long[]? words, int count, int layout, CallLimits? limits) =>
        (_words, _count, _layout, _limits) = (words, count, layout, limits);

    /// <summary>Number of events in the snapshot.</summary>
    public int Count => _count;

    /// <summary>Instants from here on are answered right; earlier ones are the store's.</summary>
    public long CoveredFromMs => _words is null ? WholeHistory : _words[1];

    /// <summary>When the last event occurred; only if there is one.</summary>
    public long LastOccurredAtMs => PackedEvent.OccurredAtMs(Events[^1]);

    /// <summary>Whether any of the events leaves a label behind.</summary>
    public bool HasLabels => (_layout & LabelsFlag) != 0;

    /// <summary>How long calls last at the most.</summary>
    internal CallLimits CallLimits => _limits ?? Timelines.CallLimits.Default;

    /// <summary>The last interval, as far as it can be told in short: not where it began before what is covered, not
    /// where nothing is known, and not under a label.</summary>
    public LatestStatus Latest
    {
        get
        {
            if (_count == 0) return default;
            var state = PackedEvent.After(Events[^1]);
            var effective = Effective(state, _count - 1);
            var sinceMs = SinceMs(_count - 1, effective);
            if (sinceMs <= CoveredFromMs || effective.Status == Status.Unknown) return default;
            if (effective.Label != 0 || Effective(state.WithoutCall, _count - 1).Label != 0) return default;
            var callBeganThen = state.HasCall && CallEndsAtMs(_count - 1) == sinceMs + CallLimits.Of(state.Call);
            return LatestStatus.Of(state, sinceMs, callBeganThen);
        }
    }

    internal ReadOnlySpan<long> Events => _words is null ? default : new ReadOnlySpan<long>(_words, Header, _count);

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
            var callEndsAtMs = CallEndsAtMs(index);
            if (instantMs >= callEndsAtMs) return Answer(Effective(state.WithoutCall, index), callEndsAtMs);
        }

        var effective = Effective(state, index);
        return Answer(effective, SinceMs(index, effective));
    }

    /// <summary>When the call that the last event leaves in force runs out and leaves OFFLINE behind, unless an event
    /// comes first; null if nothing of that kind lies ahead.</summary>
    public long? FindOfflineAfterCallMs()
    {
        var events = Events;
        return events.Length > 0
            && PackedEvent.After(events[^1]) is { HasCall: true, WithoutCall.Effective.Status: Status.Offline }
                ? CallEndsAtMs(events.Length - 1)
                : null;
    }

    /// <summary>Whether the agent had left before the window and says nothing in it: such an agent is listed only where
    /// it is named.</summary>
    public bool IsGone(long fromMs, long toMs)
    {
        var last = LastAtOrBefore(Events, fromMs - 1);
        return last >= 0 && PackedEvent.Status(Events[last]) == Status.Left && last == LastAtOrBefore(Events, toMs - 1);
    }

    /// <summary>What is in force after an event, with its label if the explicit layer decides.</summary>
    internal EffectiveStatus Effective(LayerState state, int index)
    {
        var effective = state.Effective;
        return (_layout & LabelsFlag) != 0 && effective.IsChosen ? effective with { Label = Labels[index] } : effective;
    }

    /// <summary>When the call layer that this event leaves behind runs out.</summary>
    internal long CallEndsAtMs(int index)
    {
        var events = Events;
        var limitMs = CallLimits.Of(PackedEvent.After(events[index]).Call);
        return PackedEvent.OccurredAtMs(events[LastCallAtOrBefore(events, index)]) + limitMs;
    }

    private static int LastCallAtOrBefore(ReadOnlySpan<long> events, int index)
    {
        while (!PackedEvent.IsCall(events[index])) index--;
        return index;
    }

    private StatusAt Answer(EffectiveStatus effective, long sinceMs)
    {
        var isLoaded = effective.Status == Status.Unknown || sinceMs > CoveredFromMs || CoveredFromMs == WholeHistory;
        return new(effective.Status, effective.Origin, isLoaded ? sinceMs : _words![2], effective.Label);
    }

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

    /// <summary>Goes back from an event, as long as the same was in force before it, to where that began.</summary>
    private long SinceMs(int index, EffectiveStatus effective)
    {
        var events = Events;

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
            var endsAtMs = before.HasCall
                ? PackedEvent.OccurredAtMs(events[call]) + CallLimits.Of(before.Call)
                : startMs;
            if (endsAtMs < startMs) return Effective(before.WithoutCall, index) == effective ? endsAtMs : startMs;
            if (Effective(before, index) != effective) return startMs;
        }
    }
}
