namespace AgentStatus.Core.Timelines;

/// <summary>Changing with what memory holds. One thread writes; what it builds is seen only once it is
/// published.</summary>
public readonly partial struct Timeline
{
    /// <summary>How many events are of exactly this instant: ties are settled with the store's help.</summary>
    public int CountAt(long instantMs) => LastAtOrBefore(Events, instantMs) - LastAtOrBefore(Events, instantMs - 1);

    /// <summary>The timeline with more events: at each instant that occurs among them they replace what there was.
    /// Events at the end go behind the published ones in the same array; late ones make a new array. Either way readers
    /// see nothing before <see cref="Publish"/>.</summary>
    /// <param name="ordered">In total order, from <see cref="CoveredFromMs"/> on.</param>
    /// <returns>False: memory lacks what it takes. The store has it: see <see cref="WindowFor"/>.</returns>
    public bool TryWith(ReadOnlySpan<TimelineEvent> ordered, out Timeline after)
    {
        after = this;
        if (ordered.Length == 0) return true;
        var position = LastAtOrBefore(Events, ordered[0].OccurredAtMs - 1) + 1;
        if (FindAfter(position - 1) is not { } fold) return false;
        if (position == _count && HasRoom(ordered.Length))
        {
            after = Appended(ordered, fold);
            return true;
        }

        var builder = new TimelineBuilder(CallLimits, _count + ordered.Length);
        builder.Begin(this, position, fold);
        if (!TryMerge(ordered, position, builder)) return false;
        after = builder.Finish(CoveredFromMs, _words is null ? NotLoaded : _words[2], slack: true);
        return true;
    }

    /// <summary>Whether so many events at the end go behind the published ones, without a copy; not, where labels or
    /// marks need more room.</summary>
    public bool HasRoom(int events) => _count > 0 && _count + events <= Capacity;

    /// <summary>The timeline with one more event; of several of one instant it comes last. Unchanged, if memory lacks
    /// what it takes.</summary>
    public Timeline With(in TimelineEvent added)
    {
        var first = LastAtOrBefore(Events, added.OccurredAtMs - 1) + 1;
        var ofInstant = new TimelineEvent[CountAt(added.OccurredAtMs) + 1];
        for (var i = 0; i < ofInstant.Length - 1; i++)
        {
            if (PackedEvent.IsNamed(Events[first + i])) return this;
            ofInstant[i] = Event(first + i);
        }

        ofInstant[^1] = added;
        return TryWith(ofInstant, out var after) ? after : this;
    }

    /// <summary>The same events, with the start of the status in force at <see cref="CoveredFromMs"/> filled
    /// in.</summary>
    public Timeline WithSince(long sinceMs)
    {
        var words = _words.AsSpan().ToArray();
        words[2] = sinceMs;
        return new Timeline(words, _count, _layout, _limits);
    }

    /// <summary>Whether the start of the status in force at <see cref="CoveredFromMs"/> is yet to be read from the
    /// store.</summary>
    public bool NeedsSince => CoveredFromMs != WholeHistory && _words![2] == NotLoaded;

    /// <summary>Whether <see cref="Trimmed"/> would drop anything to speak of.</summary>
    public bool HasBefore(long coveredFromMs) => coveredFromMs > CoveredFromMs && Kept(coveredFromMs).First > 2;

    /// <summary>The timeline from a later instant on, with what must be known of the time before; itself if that would
    /// drop nothing.</summary>
    public Timeline Trimmed(long coveredFromMs)
    {
        if (coveredFromMs <= CoveredFromMs) return this;
        var (call, first) = Kept(coveredFromMs);
        return first <= (call < 0 ? 0 : 1) ? this : Cut(coveredFromMs, At(coveredFromMs).SinceMs);
    }

    /// <summary>Adds the events from an instant on to a builder, as they are.</summary>
    public void CopyFrom(long fromMs, TimelineBuilder to) =>
        to.Keep(this, LastAtOrBefore(Events, fromMs - 1) + 1, _count);

    /// <summary>Applies the events from the covered time on again, after what a builder has; false: memory lacks what
    /// it takes.</summary>
    public bool TryReapply(TimelineBuilder to)
    {
        for (var i = LastAtOrBefore(Events, CoveredFromMs - 1) + 1; i < _count; i++)
        {
            if (PackedEvent.IsNamed(Events[i])) return false;
            to.Add(Event(i));
        }

        return true;
    }

    /// <summary>A slice of the timeline: before the covered time it keeps the last event after which all is known that
    /// the layers hold, what follows it, and the last CALL event if a call may still run out.</summary>
    internal Timeline Cut(long coveredFromMs, long sinceMs)
    {
        var (call, first) = Kept(coveredFromMs);
        var builder = new TimelineBuilder(CallLimits, _count);
        if (call >= 0) builder.Keep(this, call, call + 1);
        builder.Keep(this, first, _count);
        return builder.Finish(coveredFromMs, sinceMs, slack: false);
    }

    private (int Call, int First) Kept(long coveredFromMs)
    {
        var first = KnownAtOrBefore(LastAtOrBefore(Events, coveredFromMs - 1));
        if (first <= 0) return (-1, 0);
        var call = PackedEvent.After(Events[first]).HasCall ? LastCallAtOrBefore(Events, first) : first;
        return (call < first ? call : -1, first);
    }

    private Timeline Appended(ReadOnlySpan<TimelineEvent> ordered, LayerFold fold)
    {
        var labels = Labels;
        var words = _words.AsSpan(Header);
        for (var i = 0; i < ordered.Length; i++)
        {
            words[_count + i] = fold.Apply(ordered[i]);
            if (!labels.IsEmpty) labels[_count + i] = fold.Label;
            else if (fold.Label != 0) return Relaid(ordered);
        }

        var after = new Timeline(_words, _count + ordered.Length, _layout, _limits);
        return TimelineMarks.TryReplaceLast(Marks, after._count - 1, _count - 1, fold.All) ? after : Relaid(ordered);
    }

    /// <summary>The same in a new array, with room for labels or marks that this one does not have.</summary>
    private Timeline Relaid(ReadOnlySpan<TimelineEvent> added)
    {
        var builder = new TimelineBuilder(CallLimits, _count + added.Length);
        builder.Begin(this, _count, FindAfter(_count - 1)!.Value);
        foreach (var e in added) builder.Add(e);
        return builder.Finish(CoveredFromMs, _words![2], slack: true);
    }

    private bool TryMerge(ReadOnlySpan<TimelineEvent> ordered, int position, TimelineBuilder builder)
    {
        var next = 0;
        for (var i = position; i < _count; i++)
        {
            var atMs = OccurredAtMs(i);
            while (next < ordered.Length && ordered[next].OccurredAtMs < atMs) builder.Add(ordered[next++]);
            if (next < ordered.Length && ordered[next].OccurredAtMs == atMs) continue;
            if (PackedEvent.IsNamed(Events[i])) return false;
            builder.Add(Event(i));
            if (next < ordered.Length || !IsAllAsAfter(i, builder.Fold)) continue;
            builder.Keep(this, i + 1, _count);
            return true;
        }

        while (next < ordered.Length) builder.Add(ordered[next++]);
        return true;
    }

    /// <summary>Whether the layers stand as they did after an event, and no call can run out, so that what follows is
    /// right as it is.</summary>
    private bool IsAllAsAfter(int index, in LayerFold fold) =>
        fold.All is null && !fold.State.HasCall
        && !PackedEvent.IsRich(Events[index]) && fold.State == PackedEvent.After(Events[index])
        && fold.Label == (Labels.IsEmpty ? 0 : Labels[index]);

    private long OccurredAtMs(int index) => PackedEvent.OccurredAtMs(Events[index]);

    /// <summary>An event as it was added; only one that is not named.</summary>
    private TimelineEvent Event(int index)
    {
        var word = Events[index];
        var (status, origin) = (PackedEvent.Status(word), PackedEvent.Origin(word));

        // The label is that of the layer: another event's, if this one did not count.
        var layers = PackedEvent.After(word).Layers;
        var hasLabel = !Labels.IsEmpty && layers.ExplicitOrigin == origin && layers.Explicit == status;
        var label = hasLabel ? Labels[index] : (ushort)0;
        return new TimelineEvent(PackedEvent.OccurredAtMs(word), status, origin, Label: label);
    }
}
