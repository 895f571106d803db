using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Model;

/// <summary>A random history with retractions, what the model says of it, and a timeline that takes it in as a server
/// does: what memory lacks is read from all that was recorded.</summary>
internal sealed class Scene
{
    public const long FromMs = RandomHistory.StartMs - 1_000;

    private static readonly string[] LabelNumbers = ["", "Lunch", "Training"];

    private readonly CallLimits _limits;
    private readonly List<StatusEvent> _events;
    private readonly HashSet<string> _retracted;
    private readonly List<StatusEvent> _recorded = [];
    private readonly HashSet<string> _takenBack = [];
    private readonly long _toMs;
    private long[]? _slot;

    public Scene(Random random, int mostEvents = 24)
    {
        _limits = random.Next(3) == 0
            ? new CallLimits(random.Next(1, 8) * 600_000L, random.Next(1, 8) * 600_000L)
            : CallLimits.Default;
        _events = RandomHistory.Of(random, _limits.OnCallMs, _limits.WrapUpMs, mostEvents);
        _retracted = [.. _events.Where(_ => random.Next(6) == 0).Select(e => e.EventId)];
        Model = new ModelAgent(_events, _retracted, _limits.OnCallMs, _limits.WrapUpMs);
        Counting = Sorted(_events.Where(e => !_retracted.Contains(e.EventId)));
        _toMs = _events.Max(e => e.OccurredAtMs) + _limits.OnCallMs + _limits.WrapUpMs;
    }

    public ModelAgent Model { get; }

    public CallLimits Limits => _limits;

    /// <summary>What counts in the end, in order.</summary>
    public List<StatusEvent> Counting { get; }

    public Timeline Published => Timeline.Read(_slot, _limits);

    public TimelineEvent Of(StatusEvent e) => TimelineEvent.Of(e, (ushort)Array.IndexOf(LabelNumbers, e.Label));

    public long AnInstant(Random random) =>
        _events[random.Next(_events.Count)].OccurredAtMs + random.NextInt64(-1, _limits.WrapUpMs);

    public Timeline Build(IEnumerable<StatusEvent> sorted)
    {
        var builder = new TimelineBuilder(_limits);
        foreach (var e in sorted) builder.Add(Of(e));
        return builder.Build();
    }

    /// <summary>Records events and retractions in any order; some in batches, some retractions before their
    /// events.</summary>
    /// <param name="trimFromMs">Where memory begins, from some point on; what comes later and is older is read
    /// anew.</param>
    public void RecordAll(Random random, long? trimFromMs = null)
    {
        var arriving = _events.Select(e => (Event: (StatusEvent?)e, e.EventId))
            .Concat(_retracted.Select(id => (Event: (StatusEvent?)null, EventId: id))).ToArray();
        if (random.Next(3) > 0) random.Shuffle(arriving);
        for (var i = 0; i < arriving.Length;)
        {
            var batch = arriving.Skip(i).Take(random.Next(1, 4)).ToList();
            i += batch.Count;
            Record(batch, trimFromMs);
            if (trimFromMs is { } fromMs && random.Next(3) == 0) Published.Trimmed(fromMs).Publish(ref _slot);
        }

        if (trimFromMs is { } lastMs) Published.Trimmed(lastMs).Publish(ref _slot);
    }

    public void CheckSame(in Timeline timeline, long fromMs)
    {
        var intervals = new List<(long, long, ModelStatus)>();
        foreach (var interval in timeline.Between(fromMs, _toMs))
            intervals.Add((interval.StartMs, interval.EndMs, ToModel(interval.Effective)));
        Assert.Equal(fromMs < _toMs ? Model.Between(fromMs, _toMs) : [], intervals);
    }

    public void CheckInstants(in Timeline timeline, long fromMs)
    {
        foreach (var (startMs, endMs, expected) in Model.Between(FromMs, _toMs))
        {
            foreach (var instantMs in new[] { startMs, (startMs + endMs) / 2, endMs - 1 }.Where(at => at >= fromMs))
            {
                var answer = timeline.At(instantMs);
                Assert.Equal(expected, ToModel(new(answer.Status, answer.Origin, answer.Label)));
                if (expected.Status != Status.Unknown && !answer.NeedsStore) Assert.Equal(startMs, answer.SinceMs);
                if (timeline.Latest.TryAt(instantMs, _limits, out var latest)) Assert.Equal(answer, latest);
            }
        }
    }

    private void Record(List<(StatusEvent? Event, string EventId)> batch, long? trimFromMs)
    {
        var wasTakenBack = _recorded
            .Where(e => batch.Exists(one => one.Event is null && one.EventId == e.EventId)).ToList();
        foreach (var (e, id) in batch)
        {
            if (e is null) _takenBack.Add(id);
            else _recorded.Add(e);
        }

        var counts = Sorted(_recorded.Where(e => !_takenBack.Contains(e.EventId)));
        var added = batch.Where(one => one.Event is not null && !_takenBack.Contains(one.EventId))
            .Select(one => one.Event!).ToList();
        var changed = added.Concat(wasTakenBack).Select(e => e.OccurredAtMs).Distinct().Order().ToList();
        if (changed.Count == 0) return;
        var published = Published;
        if (published.CoveredFromMs != Timeline.WholeHistory && changed[0] <= trimFromMs)
        {
            _slot = null;
            Build(counts).Publish(ref _slot);
            return;
        }

        if (wasTakenBack.Count == 0)
        {
            // The events of an instant replace what there was: with a tie, all of them.
            var ordered = counts.Where(e => published.CountAt(e.OccurredAtMs) > 0
                ? changed.Contains(e.OccurredAtMs)
                : added.Contains(e)).ToList();
            if (published.TryWith([.. ordered.Select(Of)], out var with))
            {
                with.Publish(ref _slot);
                return;
            }
        }

        for (var window = published.WindowFor(changed[0], changed[^1]); ; window = published.Wider(window))
        {
            var read = counts.Where(e => e.OccurredAtMs >= window.FromMs && e.OccurredAtMs < window.ToMs);
            if (!published.TryReplace(window, [.. read.Select(Of)], out var after)) continue;
            if (after.Count == 0) _slot = null;
            after.Publish(ref _slot);
            return;
        }
    }

    private static ModelStatus ToModel(EffectiveStatus effective) =>
        new(effective.Status, effective.Origin, LabelNumbers[effective.Label]);

    private static List<StatusEvent> Sorted(IEnumerable<StatusEvent> events)
    {
        var sorted = events.ToList();
        sorted.Sort(StatusEvent.Compare);
        return sorted;
    }
}
