using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Timelines;

/// <summary>Events that are taken away in the given order, as far as anybody likes, leave the same behind.</summary>
public sealed class SuperfluousEventsTests
{
    private const long ReachMs = (2 * Limits.OnCallMs) + 60_000;

    [Fact]
    public void Whatever_comes_later_comes_to_the_same() => Seeds.ForEach(300, random =>
    {
        var preceding = InOrder(RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs, most: 60), 0);
        var lastMs = preceding[^1].OccurredAtMs;
        var later = InOrder(
            RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs),
            lastMs - RandomHistory.StartMs + ReachMs);
        var superfluous = SuperfluousEvents.Find(preceding);
        Assert.Equal(superfluous.Count, superfluous.Distinct().Count());
        var expected = From(lastMs + ReachMs, [.. preceding, .. later]);
        for (var taken = 0; taken <= superfluous.Count; taken++)
        {
            var gone = superfluous.Take(taken).ToHashSet();
            Assert.Equal(
                expected,
                From(lastMs + ReachMs, [.. preceding.Where((_, i) => !gone.Contains(i)), .. later]));
        }
    });

    [Fact]
    public void Of_many_devices_those_that_are_known_last_are_needed()
    {
        var events = Enumerable.Range(0, 1_000).Select(i => new TimelineEvent(
            i, i % 2 == 0 ? Status.Online : Status.Offline, Origin.App, DeviceKey: 1 + (i / 2))).ToList();
        Assert.InRange(SuperfluousEvents.Find(events).Count, 1_000 - Limits.AgentDevices - 1, 999);
    }

    private static List<TimelineEvent> InOrder(List<StatusEvent> events, long shiftMs) =>
        [.. RandomEvents.Sorted(events).Select(
            e => TimelineEvent.Of(e) with { OccurredAtMs = e.OccurredAtMs + shiftMs })];

    private static List<StatusInterval> From(long fromMs, List<TimelineEvent> events)
    {
        var builder = new TimelineBuilder();
        foreach (var e in events) builder.Add(e);
        var intervals = new List<StatusInterval>();
        foreach (var interval in builder.Build().Between(fromMs, fromMs + (40 * Limits.OnCallMs)))
            intervals.Add(interval);
        return intervals;
    }
}
