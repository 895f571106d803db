using System.Runtime.InteropServices;

namespace AgentStatus.Core.Timelines;

/// <summary>Builds a timeline from events in total order. Reusable: a built timeline shares nothing with it.</summary>
/// <param name="limits">How long calls last at the most; null: <see cref="CallLimits.Default"/>.</param>
/// <param name="capacity">Events that are expected.</param>
public sealed class TimelineBuilder(CallLimits? limits = null, int capacity = 64)
{
    private readonly CallLimits _limits = limits ?? CallLimits.Default;
    private readonly List<long> _marks = [];
    private LayerFold _fold = new(limits ?? CallLimits.Default);
    private long[] _events = new long[capacity];
    private ushort[]? _labels;
    private bool _hasLabels;
    private bool _isRich;
    private bool _endsWithAdded;

    /// <summary>Events added since the last build.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the next event.</summary>
    public void Add(long occurredAtMs, Status status, Origin origin) =>
        Add(new TimelineEvent(occurredAtMs, status, origin));

    /// <summary>Adds the next event.</summary>
    public void Add(in TimelineEvent e)
    {
        MakeRoom(1);
        _events[Count] = _fold.Apply(e);
        SetLabel(Count, _fold.Label);
        if (_fold.All is not null)
        {
            _isRich = true;
            if (Count % TimelineMarks.Spacing == TimelineMarks.Spacing - 1) AddMark(Count);
        }

        Count++;
        _endsWithAdded = true;
    }

    /// <summary>The timeline of the events added: the agent's whole history (<see cref="Timeline.WholeHistory"/>), or a
    /// slice that answers from an instant on.</summary>
    /// <param name="coveredFromMs">From when on it shall answer: what was added before need not be all, but must leave
    /// the right layers behind by then.</param>
    /// <param name="sinceMs">Since when the status in force at that instant lasts; <see cref="Timeline.NotLoaded"/> if
    /// that is yet to be read.</param>
    public Timeline Build(long coveredFromMs = Timeline.WholeHistory, long sinceMs = Timeline.NotLoaded)
    {
        var whole = Finish(Timeline.WholeHistory, Timeline.NotLoaded, slack: false);
        return coveredFromMs == Timeline.WholeHistory || whole.Count == 0 ? whole : whole.Cut(coveredFromMs, sinceMs);
    }

    /// <summary>The layers as they stand after the events added.</summary>
    internal ref readonly LayerFold Fold => ref _fold;

    /// <summary>Begins with the first events of a timeline, as they are.</summary>
    /// <param name="fold">The layers as they stand after these.</param>
    internal void Begin(in Timeline timeline, int count, in LayerFold fold)
    {
        Keep(timeline, 0, count);
        _fold = fold;
    }

    /// <summary>Adds the events [from, to) of a timeline as they are; only events that follow these come after
    /// them.</summary>
    internal void Keep(in Timeline timeline, int from, int to)
    {
        MarkLast();
        MakeRoom(to - from);
        timeline.Events[from..to].CopyTo(_events.AsSpan(Count));
        for (var i = from; i < to && !timeline.Labels.IsEmpty; i++) SetLabel(Count + i - from, timeline.Labels[i]);
        TimelineMarks.Copy(timeline.Marks, from, to, Count - from, _marks);
        _isRich |= !timeline.Marks.IsEmpty;
        Count += to - from;
        _endsWithAdded = false;
    }

    /// <param name="slack">Whether there is to be room for further events.</param>
    internal Timeline Finish(long coveredFromMs, long sinceMs, bool slack)
    {
        MarkLast();

        // A quarter of slack: growth is amortised, and a million agents do not pay for a doubling.
        var timeline = Timeline.Create(
            _events.AsSpan(0, Count),
            _hasLabels ? _labels.AsSpan(0, Count) : default,
            CollectionsMarshal.AsSpan(_marks),
            new Timeline.Room(slack ? Math.Max(2, Count / 4) : 0, slack && _isRich ? 6 : 0),
            _limits);
        if (Count > 0) timeline.SetCovered(coveredFromMs, sinceMs);
        (Count, _labels, _hasLabels, _isRich, _endsWithAdded) = (0, null, false, false, false);
        _fold = new LayerFold(_limits);
        _marks.Clear();
        return timeline;
    }

    /// <summary>What follows can only be applied with what the layers hold after the last event.</summary>
    private void MarkLast()
    {
        var isMarked = Count % TimelineMarks.Spacing == 0;
        if (_endsWithAdded && _fold.All is not null && !isMarked) AddMark(Count - 1);
    }

    private void AddMark(int index)
    {
        var length = TimelineMarks.LengthOf(_fold.All!);
        if (length == 0) return;
        CollectionsMarshal.SetCount(_marks, _marks.Count + length);
        TimelineMarks.Write(CollectionsMarshal.AsSpan(_marks)[^length..], index, _fold.All!);
    }

    private void SetLabel(int index, ushort label)
    {
        if (label == 0 && !_hasLabels) return;
        (_labels ??= new ushort[_events.Length])[index] = label;
        _hasLabels = true;
    }

    private void MakeRoom(int events)
    {
        if (Count + events <= _events.Length) return;
        Array.Resize(ref _events, Math.Max(2 * _events.Length, Count + events));
        if (_labels is not null) Array.Resize(ref _labels, _events.Length);
    }
}
