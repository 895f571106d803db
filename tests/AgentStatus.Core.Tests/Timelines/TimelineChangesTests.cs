using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Timelines;

public sealed class TimelineChangesTests
{
    [Fact]
    public void FindDifference_IsTheFirstInstantAtWhichTheTwoDiffer() => Seeds.ForEach(500, random =>
    {
        var events = RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs);
        var (before, after) = (Build(events.Where(_ => random.Next(4) > 0)), Build(events));
        var fromMs = RandomHistory.StartMs - 1 + random.NextInt64(100_000_000);
        var throughMs = fromMs + random.NextInt64(200_000_000);
        long? expected = Instants(before, after, fromMs, throughMs)
            .Where(instantMs => !Same(before, after, instantMs)).Order().Select(instantMs => (long?)instantMs)
            .FirstOrDefault();
        Assert.Equal(expected, Timeline.FindDifference(before, after, fromMs, throughMs));
        Assert.Equal(expected, Timeline.FindDifference(after, before, fromMs, throughMs));
    });

    [Fact]
    public void FindDifference_WhereOneDoesNotCoverTheStart_IsTheStart()
    {
        var whole = Build(RandomHistory.Of(new Random(1), Limits.OnCallMs, Limits.WrapUpMs));
        var slice = whole.Trimmed(whole.LastOccurredAtMs);
        Assert.Equal(RandomHistory.StartMs, Timeline.FindDifference(
            whole, slice, RandomHistory.StartMs, whole.LastOccurredAtMs));
        Assert.Null(Timeline.FindDifference(whole, slice, 2, 1));
    }

    [Fact]
    public void FindNextChange_IsTheNextCut() => Seeds.ForEach(500, random =>
    {
        var timeline = Build(RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs));
        var instantMs = RandomHistory.StartMs - 1 + random.NextInt64(200_000_000);
        long? expected = null;
        foreach (var interval in timeline.Between(Limits.FirstInstantMs, Limits.LastInstantMs))
            if (interval.StartMs > instantMs) expected ??= interval.StartMs;
        Assert.Equal(expected, timeline.FindNextChange(instantMs));
    });

    private static Timeline Build(IEnumerable<StatusEvent> events)
    {
        var builder = new TimelineBuilder(CallLimits.Default);
        foreach (var e in events.Order(Comparer<StatusEvent>.Create(StatusEvent.Compare)))
            builder.Add(TimelineEvent.Of(e));
        return builder.Build();
    }

    /// <summary>Where either of them can begin to say something else.</summary>
    private static List<long> Instants(in Timeline before, in Timeline after, long fromMs, long throughMs)
    {
        List<long> instants = [fromMs];
        foreach (var interval in before.Between(fromMs, throughMs + 1)) instants.Add(interval.StartMs);
        foreach (var interval in after.Between(fromMs, throughMs + 1)) instants.Add(interval.StartMs);
        return instants.FindAll(instantMs => instantMs <= throughMs);
    }

    private static bool Same(in Timeline before, in Timeline after, long instantMs)
    {
        var (was, isNow) = (before.At(instantMs), after.At(instantMs));
        return (was.Status, was.Origin, was.Label) == (isNow.Status, isNow.Origin, isNow.Label);
    }
}
