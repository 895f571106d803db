namespace AgentStatus.Core.Timelines;

/// <summary>Events that are read from the store again, so that a timeline can take in what has changed among
/// them.</summary>
public readonly record struct TimelineWindow(long FromMs, long ToMs);

/// <summary>Changing with the store's help: memory holds what events come to, and the store holds the events. Where
/// memory knows all that the layers hold, a window can begin; it can end where, with the change, they hold the same as
/// before.</summary>
public readonly partial struct Timeline
{
    /// <summary>The smallest window that can take in a change of the events in [fromMs, toMs].</summary>
    public TimelineWindow WindowFor(long fromMs, long toMs)
    {
        var before = KnownAtOrBefore(LastAtOrBefore(Events, fromMs - 1));
        return new TimelineWindow(
            before >= 0 ? OccurredAtMs(before) + 1 : Limits.FirstInstantMs,
            Math.Max(EndOf(LastAtOrBefore(Events, toMs)), toMs + 1));
    }

    /// <summary>A window with the same beginning, twice as far.</summary>
    public TimelineWindow Wider(TimelineWindow window)
    {
        var start = LastAtOrBefore(Events, window.FromMs - 1);
        var end = LastAtOrBefore(Events, window.ToMs - 1);
        return window with { ToMs = EndOf(end + Math.Max(16, end - start)) };
    }

    /// <summary>The timeline with the events of a window replaced.</summary>
    /// <param name="window">From <see cref="WindowFor"/> or <see cref="Wider"/>.</param>
    /// <param name="ordered">All that count of the window, in total order.</param>
    /// <returns>False: the change goes on after the window. <see cref="Wider"/> helps.</returns>
    public bool TryReplace(TimelineWindow window, ReadOnlySpan<TimelineEvent> ordered, out Timeline after)
    {
        after = this;
        var from = LastAtOrBefore(Events, window.FromMs - 1) + 1;
        var to = window.ToMs == long.MaxValue ? _count : LastAtOrBefore(Events, window.ToMs - 1) + 1;
        var fold = FindAfter(from - 1)
            ?? throw new ArgumentException("a window begins where all is known", nameof(window));
        var builder = new TimelineBuilder(CallLimits, _count + ordered.Length);
        builder.Begin(this, from, fold);
        foreach (var e in ordered) builder.Add(e);
        if (to < _count)
        {
            if (FindAfter(to - 1) is not { } known || !builder.Fold.IsSameAs(known)) return false;
            builder.Keep(this, to, _count);
        }

        after = builder.Finish(CoveredFromMs, _words is null ? NotLoaded : _words[2], slack: true);
        return true;
    }

    /// <summary>Whether each event of an instant is APPLIED (docs/rules.md, Effective status).</summary>
    /// <param name="ordered">All that count of one instant, in order, one or more; or of several instants that lie
    /// behind the timeline's last event.</param>
    /// <param name="applied">For each of them.</param>
    /// <returns>False: memory does not know what the layers hold before the first instant.</returns>
    public bool TryApplied(ReadOnlySpan<TimelineEvent> ordered, out bool[] applied)
    {
        applied = [];
        var instantMs = ordered[0].OccurredAtMs;
        if (!Covers(instantMs) || FindAfter(LastAtOrBefore(Events, instantMs - 1)) is not { } fold) return false;
        applied = Applied(fold.ToAll(), ordered);
        return true;
    }

    /// <summary>Whether each of some events is APPLIED.</summary>
    /// <param name="limits">How long calls last at the most.</param>
    /// <param name="before">Events that leave the layers behind as they are before the first of these, in
    /// order.</param>
    /// <param name="ordered">All that count of each instant, in order.</param>
    public static bool[] Applied(
        CallLimits limits, IEnumerable<TimelineEvent> before, ReadOnlySpan<TimelineEvent> ordered)
    {
        var layers = new AgentLayers(limits);
        foreach (var e in before) layers.Apply(e);
        return Applied(layers, ordered);
    }

    private static bool[] Applied(AgentLayers layers, ReadOnlySpan<TimelineEvent> ordered)
    {
        var applied = new bool[ordered.Length];
        for (var start = 0; start < ordered.Length;)
        {
            var end = start;
            for (; end < ordered.Length && ordered[end].OccurredAtMs == ordered[start].OccurredAtMs; end++)
                layers.Apply(ordered[end], end);
            for (; start < end; start++) applied[start] = layers.IsApplied(ordered[start], start);
        }

        return applied;
    }

    /// <summary>The layers as they stand after an event; null if memory does not know.</summary>
    private LayerFold? FindAfter(int index)
    {
        if (index < 0) return CoveredFromMs == WholeHistory ? new LayerFold(CallLimits) : null;
        if (!IsKnownAfter(index)) return null;
        var word = Events[index];
        var state = PackedEvent.After(word);
        var label = Labels.IsEmpty ? (ushort)0 : Labels[index];
        var lastCallMs = state.HasCall ? OccurredAtMs(LastCallAtOrBefore(Events, index)) : 0;
        if (!PackedEvent.IsRich(word)) return new LayerFold(CallLimits, state, label, lastCallMs);
        var all = new AgentLayers(CallLimits);
        all.SetState(state, label, lastCallMs);
        TimelineMarks.TryRead(Marks, index, all);
        return new LayerFold(CallLimits, all);
    }

    /// <summary>The last event at or before this one, and the last of its instant, after which all is known; -1: there
    /// is none.</summary>
    private int KnownAtOrBefore(int index)
    {
        while (index >= 0 && !(IsKnownAfter(index) && IsLastOfInstant(index))) index--;
        return index;
    }

    /// <summary>The end of the first instant from this event on after which all is known.</summary>
    private long EndOf(int index)
    {
        for (var i = Math.Max(0, index); i < _count; i++)
            if (IsKnownAfter(i) && IsLastOfInstant(i)) return OccurredAtMs(i) + 1;
        return long.MaxValue;
    }

    private bool IsKnownAfter(int index) => !PackedEvent.IsRich(Events[index]) || TimelineMarks.Has(Marks, index);

    private bool IsLastOfInstant(int index) => index == _count - 1 || OccurredAtMs(index + 1) > OccurredAtMs(index);
}
