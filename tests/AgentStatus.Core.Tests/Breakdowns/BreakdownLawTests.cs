using AgentStatus.Core.Breakdowns;
using AgentStatus.Core.Tests.Timelines;

namespace AgentStatus.Core.Tests.Breakdowns;

/// <summary>Nothing is lost, and the two views agree (docs/rules.md, Breakdown), on random timelines.</summary>
public sealed class BreakdownLawTests
{
    [Theory]
    [InlineData(HoursClip.OfflineOnly)]
    [InlineData(HoursClip.AllStatuses)]
    [InlineData(HoursClip.None)]
    public void Every_bucket_adds_up_and_equals_a_walk_over_the_naive_timeline(HoursClip clip) =>
        Seeds.ForEach(500, random =>
    {
        var (events, timeline, fromMs, toMs) = Scene(random);
        var edges = new[] { fromMs, toMs }
            .Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.NextInt64(fromMs, toMs)))
            .Distinct().Order().ToArray();
        var open = Open(random, fromMs, toMs);
        var totals = BreakdownTotals.Of(timeline, edges, clip, open);

        Assert.Equal(edges.Length - 1, totals.Count);
        for (var bucket = 0; bucket < totals.Count; bucket++)
        {
            var (startMs, endMs) = totals.Bucket(bucket);
            var expected = new long[9];
            foreach (var interval in new NaiveTimeline(events).Between(startMs, endMs))
            {
                var status = interval.Effective.Status;
                var clipped = status != Status.Unknown && (clip == HoursClip.AllStatuses
                    || (clip == HoursClip.OfflineOnly && status == Status.Offline));
                var insideMs = clipped
                    ? open.Sum(
                        o => Math.Max(0, Math.Min(o.EndMs, interval.EndMs) - Math.Max(o.StartMs, interval.StartMs)))
                    : interval.LengthMs;
                expected[(int)status] += insideMs;
                expected[8] += interval.LengthMs - insideMs;
            }

            Assert.Equal(endMs - startMs, expected.Sum());
            Assert.Equal(
                expected,
                Enumerable.Range(0, 8).Select(s => totals.StatusMs(bucket, (Status)s))
                    .Append(totals.OutsideHoursMs(bucket)));
            Assert.Equal(expected[0], totals.UnknownMs(bucket));
            Assert.Equal(expected[(int)Status.OnCall] + expected[(int)Status.WrapUp], totals.HandleTimeMs(bucket));
        }
    });

    [Fact]
    public void Segments_are_the_timeline_and_agree_with_it_at_every_instant() => Seeds.ForEach(500, random =>
    {
        var (_, timeline, fromMs, toMs) = Scene(random);
        var open = Open(random, fromMs, toMs);
        var segments = Segment.Of(timeline, fromMs, toMs, toMs, open).ToList();
        Assert.Equal((fromMs, toMs), (segments[0].StartMs, segments[^1].EndMs));
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (i > 0) Assert.Equal(segments[i - 1].EndMs, segment.StartMs);
            if (i > 0)
                Assert.True(
                    segments[i - 1].Effective != segment.Effective
                        || segments[i - 1].InBusinessHours != segment.InBusinessHours);
            var instantMs = random.NextInt64(segment.StartMs, segment.EndMs);
            var at = timeline.At(instantMs);
            Assert.Equal(new EffectiveStatus(at.Status, at.Origin), segment.Effective);
            Assert.Equal(open.Any(o => o.StartMs <= instantMs && instantMs < o.EndMs), segment.InBusinessHours);
            var before = timeline.At(fromMs - 1);
            Assert.Equal(
                i == 0 && new EffectiveStatus(before.Status, before.Origin) == segment.Effective, segment.CarriedIn);
            if (i < segments.Count - 1) Assert.False(segment.Open);
        }
    });

    [Theory]
    [InlineData(9_000, 9_000, true)] // to now
    [InlineData(9_000, 20_000, true)] // long ago, but it still goes on
    [InlineData(4_000, 20_000, false)] // another status came later
    public void The_last_segment_is_open_while_its_status_still_goes_on(long toMs, long nowMs, bool expected)
    {
        var builder = new TimelineBuilder();
        builder.Add(1_000, Status.Online, Origin.Agent);
        builder.Add(5_000, Status.Offline, Origin.Agent);
        Assert.Equal(expected, Segment.Of(builder.Build(), 0, toMs, nowMs, []).Last().Open);
    }

    private static (List<StatusEvent> Events, Timeline Timeline, long FromMs, long ToMs) Scene(Random random)
    {
        var events = RandomEvents.Of(random);
        var endMs = TimelineLawTests.End(events);
        var fromMs = random.NextInt64(RandomEvents.StartMs - 5_000, endMs - 1);
        var toMs = random.NextInt64(fromMs + 1, endMs + 1);
        return (events, TimelineLawTests.Build(RandomEvents.Sorted(events)), fromMs, toMs);
    }

    private static Interval[] Open(Random random, long fromMs, long toMs)
    {
        var cuts = Enumerable.Range(0, 2 * random.Next(6)).Select(_ => random.NextInt64(fromMs, toMs + 1))
            .Distinct().Order().ToList();
        return [.. Enumerable.Range(0, cuts.Count / 2).Select(i => new Interval(cuts[2 * i], cuts[(2 * i) + 1]))];
    }
}
