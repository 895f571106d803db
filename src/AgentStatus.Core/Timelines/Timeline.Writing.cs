using System.Diagnostics;

namespace AgentStatus.Core.Timelines;

/// <summary>Building and changing. One thread writes; what it builds is seen only once it is published.</summary>
public readonly partial struct Timeline
{
    /// <summary>A snapshot of what is published in this array; null: an agent without events.</summary>
    public static Timeline Read(long[]? published) =>
        published is null ? default : new Timeline(published, (int)Volatile.Read(ref published[0]));

    /// <summary>Publishes this timeline in the array that <paramref name="slot"/> holds, or in its stead. The writer's
    /// thread only.</summary>
    public void Publish(ref long[]? slot)
    {
        if (_words is null) return;
        Volatile.Write(ref _words[0], _count);
        if (!ReferenceEquals(slot, _words)) Volatile.Write(ref slot, _words);
    }

    /// <summary>How many events are of exactly this instant: ties are settled with the store's help.</summary>
    public int CountAt(long instantMs) => LastAtOrBefore(Events, instantMs) - LastAtOrBefore(Events, instantMs - 1);

    /// <summary>The timeline with one more event, from <see cref="LoadedFromMs"/> on; of several of one instant it
    /// comes last. An event at the end goes behind the published ones in the same array; a late one makes a new array.
    /// Either way readers see nothing before <see cref="Publish"/>.</summary>
    public Timeline With(long occurredAtMs, Status status, Origin origin)
    {
        Debug.Assert(occurredAtMs >= LoadedFromMs, "the writer settles these with the store");
        var position = LastAtOrBefore(Events, occurredAtMs) + 1;
        var appended = position == _count && _words is not null && Header + _count < _words.Length;
        var words = appended ? _words! : CopyWithGap(position, 1, 0);
        words[Header + position] = PackedEvent.Pack(occurredAtMs, default, status, origin);
        return Restated(words, _count + 1, position);
    }

    /// <summary>The timeline with the events of one instant replaced by these, in total order.</summary>
    public Timeline WithInstant(long instantMs, IReadOnlyList<(Status Status, Origin Origin)> ordered)
    {
        var end = LastAtOrBefore(Events, instantMs) + 1;
        var start = LastAtOrBefore(Events, instantMs - 1) + 1;
        var words = CopyWithGap(start, ordered.Count, end - start);
        for (var i = 0; i < ordered.Count; i++)
            words[Header + start + i] = PackedEvent.Pack(instantMs, default, ordered[i].Status, ordered[i].Origin);
        return Restated(words, _count + ordered.Count - (end - start), start);
    }

    /// <summary>The same events, with the start of the status in force at <see cref="CoveredFromMs"/> filled
    /// in.</summary>
    public Timeline WithSince(long sinceMs)
    {
        var words = _words!.AsSpan(0, Header + _count).ToArray();
        words[2] = sinceMs;
        return new Timeline(words, _count);
    }

    /// <summary>Whether the start of the status in force at <see cref="CoveredFromMs"/> is yet to be read from the
    /// store.</summary>
    public bool NeedsSince => CoveredFromMs != WholeHistory && _words![2] == NotLoaded;

    /// <summary>The timeline from a later instant on, with what must be known of the time before; itself if that would
    /// drop nothing.</summary>
    public Timeline Trimmed(long coveredFromMs)
    {
        if (coveredFromMs <= CoveredFromMs) return this;
        var first = LastAtOrBefore(Events, coveredFromMs - Limits.WrapUpMs - 1) + 1;
        Span<int> last = [-1, -1, -1, -1];
        for (var i = 0; i < first; i++) last[(int)PackedEvent.Origin(Events[i]) - 1] = i;
        last.Sort();
        var carried = last[(last.LastIndexOf(-1) + 1)..];
        if (carried.Length == first) return this;

        var kept = new TimelineBuilder();
        foreach (var i in carried) kept.Add(Events[i]);
        for (var i = first; i < _count; i++) kept.Add(Events[i]);
        return kept.Build(coveredFromMs, At(coveredFromMs).SinceMs);
    }

    /// <summary>Adds the events from an instant on to a builder.</summary>
    public void CopyFrom(long fromMs, TimelineBuilder to)
    {
        for (var i = LastAtOrBefore(Events, fromMs - 1) + 1; i < _count; i++) to.Add(Events[i]);
    }

    /// <summary>A timeline over these packed events, whose states are yet to be worked out.</summary>
    internal static Timeline Over(ReadOnlySpan<long> events, long coveredFromMs, long sinceMs)
    {
        var words = new long[Header + events.Length];
        events.CopyTo(words.AsSpan(Header));
        (words[1], words[2]) = (coveredFromMs, sinceMs);
        var timeline = Restated(words, events.Length, 0);
        words[0] = events.Length;
        return timeline;
    }

    private long[] CopyWithGap(int position, int gap, int removed)
    {
        var count = _count + gap - removed;

        // A quarter of slack: growth is amortised, and a million agents do not pay for a doubling.
        var words = new long[Header + count + Math.Max(2, count / 4)];
        words[1] = CoveredFromMs;
        words[2] = _words is null ? NotLoaded : _words[2];
        Events[..position].CopyTo(words.AsSpan(Header));
        Events[(position + removed)..].CopyTo(words.AsSpan(Header + position + gap));
        return words;
    }

    /// <summary>Works out the states from a position on: each is the one before, run through the event.</summary>
    private static Timeline Restated(long[] words, int count, int from)
    {
        var events = words.AsSpan(Header, count);
        var state = from == 0 ? LayerState.None : PackedEvent.After(events[from - 1]);
        var callEndsAtMs = state.HasCall ? CallEndsAtMs(events, from - 1) : long.MaxValue;
        for (var i = from; i < count; i++)
        {
            var occurredAtMs = PackedEvent.OccurredAtMs(events[i]);
            var (status, origin) = (PackedEvent.Status(events[i]), PackedEvent.Origin(events[i]));
            if (state.HasCall && occurredAtMs >= callEndsAtMs) state = state.WithoutCall;
            state = state.After(status, origin);
            if (origin == Origin.Call && state.HasCall) callEndsAtMs = occurredAtMs + state.CallLimitMs;
            events[i] = PackedEvent.Pack(occurredAtMs, state, status, origin);
        }

        return new Timeline(words, count);
    }
}
