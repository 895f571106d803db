using AgentStatus.Core;

namespace AgentStatus.TestKit;

/// <summary>The model of one agent: a fold over the sorted, unretracted events.</summary>
public sealed class ModelAgent
{
    private readonly Func<ModelLayers> _nothing;
    private readonly List<StatusEvent> _counting;
    private readonly long _onCallLimitMs;
    private readonly long _wrapUpLimitMs;

    public ModelAgent(
        IEnumerable<StatusEvent> events, IEnumerable<string> retracted, long onCallLimitMs, long wrapUpLimitMs)
    {
        (_onCallLimitMs, _wrapUpLimitMs) = (onCallLimitMs, wrapUpLimitMs);
        _nothing = () => new ModelLayers(onCallLimitMs, wrapUpLimitMs);
        var gone = retracted.ToHashSet();
        _counting =
        [
            .. events.Where(e => !gone.Contains(e.EventId)).DistinctBy(e => e.EventId)
                .OrderBy(e => e.OccurredAtMs).ThenBy(e => e.Sequence).ThenBy(e => e.EventId, StringComparer.Ordinal),
        ];
    }

    public ModelStatus At(long instantMs)
    {
        var layers = _nothing();
        foreach (var e in _counting.TakeWhile(e => e.OccurredAtMs <= instantMs)) layers.Apply(e);
        layers.PassTo(instantMs);
        return layers.Decide();
    }

    public bool IsApplied(StatusEvent e)
    {
        if (!_counting.Contains(e)) return false;
        var layers = _nothing();
        foreach (var past in _counting.TakeWhile(one => one.OccurredAtMs <= e.OccurredAtMs)) layers.Apply(past);
        return layers.IsApplied(e);
    }

    /// <summary>The intervals of a window.</summary>
    public List<(long StartMs, long EndMs, ModelStatus Status)> Between(long fromMs, long toMs)
    {
        var cuts = _counting.Select(e => e.OccurredAtMs)
            .Concat(_counting.Where(e => e.Origin == Origin.Call)
                .SelectMany(e => new[] { e.OccurredAtMs + _onCallLimitMs, e.OccurredAtMs + _wrapUpLimitMs }))
            .Where(cut => cut > fromMs && cut < toMs).Append(fromMs).Distinct().Order().ToList();
        var layers = _nothing();
        var next = 0;
        var intervals = new List<(long StartMs, long EndMs, ModelStatus Status)>();
        for (var i = 0; i < cuts.Count; i++)
        {
            while (next < _counting.Count && _counting[next].OccurredAtMs <= cuts[i]) layers.Apply(_counting[next++]);
            layers.PassTo(cuts[i]);
            var (status, endMs) = (layers.Decide(), i + 1 < cuts.Count ? cuts[i + 1] : toMs);
            if (intervals.Count > 0 && intervals[^1].Status == status)
                intervals[^1] = intervals[^1] with { EndMs = endMs };
            else
                intervals.Add((cuts[i], endMs, status));
        }

        return intervals;
    }
}
