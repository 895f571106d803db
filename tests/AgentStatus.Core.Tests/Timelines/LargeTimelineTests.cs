using System.Diagnostics;
using AgentStatus.Core;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Timelines;

/// <summary>What a question about a large timeline costs grows with its events, not with their square.</summary>
public sealed class LargeTimelineTests(ITestOutputHelper output)
{
    private const int Events = 8_000;
    private const int Factor = 8;

    [Fact]
    public void The_start_of_a_long_call_under_many_app_events_is_found_in_one_pass()
    {
        var few = TimeOf(DuringCall(Events));
        var many = TimeOf(DuringCall(Factor * Events));
        output.WriteLine($"{few.TotalMicroseconds:0} us, for {Factor} times as many {many.TotalMicroseconds:0} us");

        // One pass: about 8 times as long. A pass for each event: 64 times.
        Assert.InRange(many / few, 0, 3 * Factor);
    }

    private static Timeline DuringCall(int events)
    {
        var builder = new TimelineBuilder();
        builder.Add(0, Status.OnCall, Origin.Call);
        for (var i = 1; i <= events; i++) builder.Add(i, i % 2 == 0 ? Status.Online : Status.Idle, Origin.App);
        return builder.Build();
    }

    private static TimeSpan TimeOf(Timeline timeline) => Enumerable.Range(0, 100).Min(_ =>
    {
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(0, timeline.At(timeline.LastOccurredAtMs).SinceMs);
        return Stopwatch.GetElapsedTime(started);
    });

    [Fact]
    public void What_precedes_a_large_timeline_may_have_labels_that_it_has_not()
    {
        var newer = new TimelineBuilder();
        for (var i = 0; i < 500; i++)
            newer.Add(new TimelineEvent(1_000 + i, i % 2 == 0 ? Status.Online : Status.Idle, Origin.App));
        var older = new TimelineBuilder();
        older.Add(new TimelineEvent(1, Status.Away, Origin.Agent, Label: 7));
        older.Add(new TimelineEvent(2, Status.Online, Origin.Agent));

        newer.Build(1_000).CopyFrom(1_000, older);
        var timeline = older.Build();

        Assert.Equal((502, 7), (timeline.Count, timeline.At(1).Label));
        Assert.Equal((Status.Idle, 0), (timeline.At(1_499).Status, timeline.At(1_499).Label));
    }
}
