using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Model;

/// <summary>What long histories cost: in memory, and when an event comes late.</summary>
public sealed class LongHistoryTests
{
    private const int Events = 5_000;

    [Fact]
    public void A_long_history_equals_the_model_too() => Seeds.ForEach(4, random =>
    {
        var scene = new Scene(random, 1_200);
        scene.RecordAll(random);
        scene.CheckSame(scene.Published, Scene.FromMs);
        var coveredFromMs = scene.AnInstant(random);
        scene.CheckSame(scene.Published.Trimmed(coveredFromMs), coveredFromMs);
    });

    [Theory]
    [InlineData(false, false, 8.01)]
    [InlineData(true, false, 8.3)] // a mark now and then
    [InlineData(false, true, 10.01)]
    [InlineData(true, true, 10.3)]
    public void An_event_takes_8_bytes_and_2_more_where_there_are_labels(bool isNamed, bool hasLabels, double mostBytes)
    {
        long[]? slot = null;
        Built(isNamed, hasLabels).Publish(ref slot);
        Assert.InRange((8.0 * slot!.Length) / Events, 8, mostBytes);
    }

    [Fact]
    public void A_late_event_among_devices_and_calls_needs_a_small_part_of_the_store() => Seeds.ForEach(20, random =>
    {
        var events = Day(isNamed: true, hasLabels: true);
        var timeline = Build(events);
        var late = events[random.Next(Events)].OccurredAtMs + 1;
        var window = timeline.WindowFor(late, late);
        var read = events.Count(e => e.OccurredAtMs >= window.FromMs && e.OccurredAtMs <= late);
        Assert.InRange(read, 0, TimelineMarks.Spacing);
    });

    private static Timeline Built(bool isNamed, bool hasLabels) => Build(Day(isNamed, hasLabels));

    private static Timeline Build(List<TimelineEvent> events)
    {
        var builder = new TimelineBuilder();
        foreach (var e in events) builder.Add(e);
        return builder.Build();
    }

    /// <summary>A call every ten minutes, a phone and a desktop that go idle, lunch.</summary>
    private static List<TimelineEvent> Day(bool isNamed, bool hasLabels)
    {
        var (phone, desktop) = (TimelineEvent.KeyOf("phone"), TimelineEvent.KeyOf("desktop"));
        var lunch = hasLabels ? (ushort)1 : (ushort)0;
        var events = new List<TimelineEvent>();
        for (var i = 0; events.Count < Events; i++)
        {
            var atMs = RandomHistory.StartMs + (i * 600_000L);
            var callId = isNamed ? i + 1 : 0;
            events.Add(new TimelineEvent(atMs, Status.OnCall, Origin.Call, callId));
            events.Add(new TimelineEvent(atMs + 300_000, Status.Online, Origin.Call, callId));
            events.Add(new TimelineEvent(atMs + 400_000, Status.Idle, Origin.App, DeviceKey: isNamed ? phone : 0));
            events.Add(new TimelineEvent(atMs + 500_000, Status.Away, Origin.Agent, 0, isNamed ? desktop : 0, lunch));
        }

        return events;
    }
}
