namespace AgentStatus.Core.Tests.Timelines;

/// <summary>The laws that everything rests on (docs/rules.md, Effective status), on random sets of events.</summary>
public sealed class TimelineLawTests
{
    private const long FromMs = RandomEvents.StartMs - 1_000;

    [Fact]
    public void The_fast_timeline_equals_the_naive_one() => Seeds.ForEach(2_000, random =>
    {
        var events = RandomEvents.Of(random);
        var timeline = Build(RandomEvents.Sorted(events));
        var toMs = End(events);
        AssertSame(new NaiveTimeline(events).Between(FromMs, toMs), timeline, FromMs, toMs);
    });

    [Fact]
    public void Permutations_batches_and_duplicates_of_events_change_nothing() => Seeds.ForEach(2_000, random =>
    {
        var events = RandomEvents.Of(random);
        var arriving = events.Concat(events.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(arriving);
        long[]? slot = null;
        var seen = new HashSet<StatusEvent>();
        foreach (var batch in arriving.Chunk(random.Next(1, 9)))
        {
            var added = batch.Where(seen.Add).ToArray();
            Record(Timeline.Read(slot), added, seen).Publish(ref slot);
        }

        var toMs = End(events);
        AssertSame(new NaiveTimeline(events).Between(FromMs, toMs), Timeline.Read(slot), FromMs, toMs);
    });

    [Fact]
    public void At_any_instant_status_and_since_are_those_of_the_interval() => Seeds.ForEach(1_000, random =>
    {
        var events = RandomEvents.Of(random);
        var timeline = Build(RandomEvents.Sorted(events));
        var intervals = new NaiveTimeline(events).Between(FromMs, End(events));
        foreach (var interval in intervals)
        {
            var anyMs = random.NextInt64(interval.StartMs, interval.EndMs);
            foreach (var instantMs in new[] { interval.StartMs, interval.EndMs - 1, anyMs })
            {
                var answer = timeline.At(instantMs);
                Assert.Equal(interval.Effective, new EffectiveStatus(answer.Status, answer.Origin));
                if (answer.Status != Status.Unknown) Assert.Equal(interval.StartMs, answer.SinceMs);
            }
        }
    });

    [Fact]
    public void The_latest_status_answers_as_the_timeline_and_answers_about_now() => Seeds.ForEach(2_000, random =>
    {
        var whole = Build(RandomEvents.Sorted(RandomEvents.Of(random)));
        if (whole.Count == 0) return;
        var lastMs = whole.LastOccurredAtMs;
        foreach (var timeline in new[] { whole, whole.Trimmed(random.NextInt64(FromMs, lastMs)) })
        {
            for (var i = 0; i < 20; i++)
            {
                var instantMs = lastMs + random.NextInt64(FromMs - lastMs, 14 * 3_600_000L);
                if (timeline.Latest.TryAt(instantMs, CallLimits.Default, out var latest))
                    Assert.Equal(whole.At(instantMs), latest);
            }

            var nowMs = lastMs + Limits.WrapUpMs - 1;
            if (timeline.At(lastMs) is { Status: not Status.Unknown } last && last.SinceMs == lastMs)
                Assert.True(timeline.Latest.TryAt(nowMs, CallLimits.Default, out _));
        }
    });

    [Theory]
    [InlineData(Status.OnCall, Limits.OnCallMs)]
    [InlineData(Status.WrapUp, Limits.WrapUpMs)]
    public void The_latest_status_knows_what_follows_a_call_that_began_with_it(Status status, long limitMs)
    {
        var timeline = default(Timeline)
            .With(new(1_000, Status.Offline, Origin.Agent)).With(new(2_000, status, Origin.Call));

        Assert.True(timeline.Latest.TryAt(2_000 + limitMs - 1, CallLimits.Default, out var during));
        Assert.Equal(new StatusAt(status, Origin.Call, 2_000), during);
        Assert.True(timeline.Latest.TryAt(2_000 + limitMs, CallLimits.Default, out var after));
        Assert.Equal(new StatusAt(Status.Offline, Origin.Agent, 2_000 + limitMs), after);
        Assert.False(timeline.Latest.TryAt(1_999, CallLimits.Default, out _));

        // Said again, it lasts longer: the timeline knows how long.
        var repeated = timeline.With(new(3_000, status, Origin.Call));
        Assert.True(repeated.Latest.TryAt(2_000 + limitMs - 1, CallLimits.Default, out var then));
        Assert.Equal(during, then);
        Assert.False(repeated.Latest.TryAt(2_000 + limitMs, CallLimits.Default, out _));
        Assert.Equal(status, repeated.At(2_000 + limitMs).Status);
    }

    [Fact]
    public void A_slice_answers_as_the_whole_from_where_it_is_covered() => Seeds.ForEach(2_000, random =>
    {
        var sorted = RandomEvents.Sorted(RandomEvents.Of(random));
        var whole = Build(sorted);
        var toMs = End(sorted);
        var coveredFromMs = sorted.Count == 0
            ? FromMs
            : sorted[random.Next(sorted.Count)].OccurredAtMs + random.NextInt64(-1, Limits.WrapUpMs);
        var loadedFromMs = coveredFromMs - Limits.WrapUpMs;
        var builder = new TimelineBuilder();
        var earlier = sorted.FindAll(e => e.OccurredAtMs < loadedFromMs);

        // Where only calls are known, an end before the last event can be what counts.
        var last = earlier.TrueForAll(e => e.Origin == Origin.Call)
            ? earlier
            : earlier.GroupBy(e => e.Origin).Select(g => g.Last());
        foreach (var carried in RandomEvents.Sorted(last.Concat(sorted.Where(e => e.OccurredAtMs >= loadedFromMs))))
            builder.Add(carried.OccurredAtMs, carried.Status, carried.Origin);

        foreach (var slice in new[] { builder.Build(coveredFromMs), whole.Trimmed(coveredFromMs) })
        {
            AssertSame(Intervals(whole, coveredFromMs, toMs), slice, coveredFromMs, toMs);
            var instantMs = random.NextInt64(coveredFromMs, toMs);
            var (expected, answer) = (whole.At(instantMs), slice.At(instantMs));
            if (answer.NeedsStore) Assert.True(expected.SinceMs <= coveredFromMs);
            else if (expected.Status != Status.Unknown) Assert.Equal(expected, answer);
        }

        if (whole.Count > 0 && whole.At(coveredFromMs).Status != Status.Unknown)
            Assert.False(whole.Trimmed(coveredFromMs).At(coveredFromMs).NeedsStore);
    });

    [Fact]
    public void A_reader_that_took_a_snapshot_keeps_it_while_the_writer_goes_on()
    {
        long[]? slot = null;
        Timeline.Read(slot).With(new(1_000, Status.Online, Origin.Agent)).Publish(ref slot);
        var before = Timeline.Read(slot);
        var staged = Timeline.Read(slot).With(new(2_000, Status.Offline, Origin.Agent));
        Assert.Equal(Status.Online, Timeline.Read(slot).At(3_000).Status);
        staged.Publish(ref slot);
        Assert.Equal(Status.Online, before.At(3_000).Status);
        Assert.Equal(Status.Offline, Timeline.Read(slot).At(3_000).Status);
    }

    internal static Timeline Build(IEnumerable<StatusEvent> sorted)
    {
        var builder = new TimelineBuilder();
        foreach (var e in sorted) builder.Add(e.OccurredAtMs, e.Status, e.Origin);
        return builder.Build();
    }

    internal static List<StatusInterval> Intervals(in Timeline timeline, long fromMs, long toMs)
    {
        var intervals = new List<StatusInterval>();
        foreach (var interval in timeline.Between(fromMs, toMs)) intervals.Add(interval);
        return intervals;
    }

    internal static long End(IEnumerable<StatusEvent> events) =>
        events.Select(e => e.OccurredAtMs).Append(FromMs).Max() + (14 * 3_600_000L);

    private static void AssertSame(List<StatusInterval> expected, in Timeline timeline, long fromMs, long toMs) =>
        Assert.Equal(expected, Intervals(timeline, fromMs, toMs));

    /// <summary>Takes in a batch: of each of its instants all events that are stored.</summary>
    private static Timeline Record(in Timeline timeline, StatusEvent[] batch, IEnumerable<StatusEvent> stored)
    {
        var instants = batch.Select(e => e.OccurredAtMs).ToHashSet();
        var ordered = RandomEvents.Sorted(stored.Where(e => instants.Contains(e.OccurredAtMs)));
        Assert.True(timeline.TryWith([.. ordered.Select(e => TimelineEvent.Of(e))], out var after));
        return after;
    }
}
