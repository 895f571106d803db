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

    /// <summary>The timeline with more events, all in one pass: at each instant that occurs among them they replace
    /// what there was. Events at the end go behind the published ones in the same array; late ones make a new array.
    /// Either way readers see nothing before <see cref="Publish"/>.</summary>
    /// <param name="ordered">In total order.</param>
    /// <returns>False: memory lacks what it takes, and the store has it.</returns>
    public bool TryWith(IReadOnlyList<TimelineEvent> ordered, out Timeline after)
    {
        after = this;
        if (ordered.Count == 0) return true;
        if (ordered[0].OccurredAtMs < LoadedFromMs) return false;
        var position = LastAtOrBefore(Events, ordered[0].OccurredAtMs - 1) + 1;
        after = position == _count && HasRoom(ordered.Count) ? Appended(ordered) : Merged(ordered, position);
        return true;
    }

    /// <summary>Whether so many events at the end go behind the published ones, without a copy.</summary>
    public bool HasRoom(int events) => _words is not null && Header + _count + events <= _words.Length;

    /// <summary>The timeline with one more event, from <see cref="LoadedFromMs"/> on; of several of one instant it
    /// comes last.</summary>
    public Timeline With(long occurredAtMs, Status status, Origin origin)
    {
        var events = new List<TimelineEvent>();
        var first = LastAtOrBefore(Events, occurredAtMs - 1) + 1;
        foreach (var word in Events.Slice(first, CountAt(occurredAtMs)))
            events.Add(new(occurredAtMs, PackedEvent.Status(word), PackedEvent.Origin(word)));
        events.Add(new(occurredAtMs, status, origin));
        return TryWith(events, out var after)
            ? after
            : throw new ArgumentOutOfRangeException(nameof(occurredAtMs), "before what is loaded");
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

    /// <summary>Whether <see cref="Trimmed"/> would drop much: of older events it keeps at most four.</summary>
    public bool HasBefore(long coveredFromMs) =>
        _count > 4 && PackedEvent.OccurredAtMs(Events[4]) < coveredFromMs - Limits.WrapUpMs;

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
        var timeline = Restated(words, events.Length, 0, events.Length);
        words[0] = events.Length;
        return timeline;
    }

    private Timeline Appended(IReadOnlyList<TimelineEvent> ordered)
    {
        for (var i = 0; i < ordered.Count; i++) _words![Header + _count + i] = Unstated(ordered[i]);
        return Restated(_words!, _count + ordered.Count, _count, _count + ordered.Count);
    }

    private Timeline Merged(IReadOnlyList<TimelineEvent> ordered, int position)
    {
        // A quarter of slack: growth is amortised, and a million agents do not pay for a doubling.
        var most = _count + ordered.Count;
        var words = new long[Header + most + Math.Max(2, most / 4)];
        words[1] = CoveredFromMs;
        words[2] = _words is null ? NotLoaded : _words[2];
        var events = Events;
        var (count, next) = (position, position);
        events[..position].CopyTo(words.AsSpan(Header));
        for (var i = 0; i < ordered.Count; i++)
        {
            var floor = PackedEvent.Floor(ordered[i].OccurredAtMs);
            for (; next < events.Length && events[next] < floor; next++) words[Header + count++] = events[next];
            while (next < events.Length && events[next] < PackedEvent.Floor(ordered[i].OccurredAtMs + 1)) next++;
            words[Header + count++] = Unstated(ordered[i]);
        }

        events[next..].CopyTo(words.AsSpan(Header + count));
        return Restated(words, count + events.Length - next, position, count);
    }

    private static long Unstated(in TimelineEvent e) =>
        PackedEvent.Pack(e.OccurredAtMs, default, e.Status, e.Origin);

    /// <summary>Works out the states from a position on: each is the one before, run through the event. From
    /// <paramref name="known"/> on they are there: once no call is left and one is right, all that follow are.</summary>
    private static Timeline Restated(long[] words, int count, int from, int known)
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
            if (i >= known && !state.HasCall && state == PackedEvent.After(events[i])) break;
            events[i] = PackedEvent.Pack(occurredAtMs, state, status, origin);
        }

        return new Timeline(words, count);
    }
}
