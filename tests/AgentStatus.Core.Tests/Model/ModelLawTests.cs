using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Model;

/// <summary>The timeline says what the model says, however its events come (docs/rules.md, Effective status). A larger
/// run by hand: AGENTSTATUS_TEST_HISTORIES.</summary>
public sealed class ModelLawTests
{
    private static readonly int Histories = int.Parse(
        Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_HISTORIES") ?? "5000",
        System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Built_in_order_a_timeline_equals_the_model() => Seeds.ForEach(Histories, random =>
    {
        var scene = new Scene(random);
        var timeline = scene.Build(scene.Counting);
        scene.CheckSame(timeline, Scene.FromMs);
        scene.CheckInstants(timeline, Scene.FromMs);
    });

    [Fact]
    public void Recorded_in_any_order_a_timeline_equals_the_model() => Seeds.ForEach(Histories, random =>
    {
        var scene = new Scene(random);
        scene.RecordAll(random);
        scene.CheckSame(scene.Published, Scene.FromMs);
        scene.CheckInstants(scene.Published, Scene.FromMs);
    });

    [Fact]
    public void A_slice_answers_as_the_whole_history_and_goes_on_to_do_so() => Seeds.ForEach(Histories, random =>
    {
        var scene = new Scene(random);
        var coveredFromMs = scene.AnInstant(random);
        scene.RecordAll(random, trimFromMs: coveredFromMs);
        scene.CheckSame(scene.Published, coveredFromMs);
        scene.CheckInstants(scene.Published, coveredFromMs);
    });

    [Fact]
    public void An_event_is_applied_where_it_decides_in_its_place() => Seeds.ForEach(Histories, random =>
    {
        var scene = new Scene(random);
        var timeline = scene.Build(scene.Counting);
        foreach (var e in scene.Counting)
        {
            var before = scene.Counting.TakeWhile(one => one.OccurredAtMs < e.OccurredAtMs).Select(scene.Of);
            var ofInstant = scene.Counting.FindAll(one => one.OccurredAtMs == e.OccurredAtMs);
            TimelineEvent[] events = [.. ofInstant.Select(scene.Of)];
            var index = ofInstant.IndexOf(e);
            Assert.Equal(scene.Model.IsApplied(e), Timeline.Applied(scene.Limits, before, events)[index]);
            if (timeline.TryApplied(events, out var applied))
                Assert.Equal(scene.Model.IsApplied(e), applied[index]);
        }
    });
}
