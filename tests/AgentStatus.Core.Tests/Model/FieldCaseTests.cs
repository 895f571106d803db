using System.Text.Json;
using AgentStatus.Core.Rings;
using AgentStatus.Core.Tests.Hours;
using AgentStatus.Core.Timelines;

namespace AgentStatus.Core.Tests.Model;

/// <summary>The cases of tests/field_cases.json: rings, sums and who is listed.</summary>
public sealed class FieldCaseTests
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "field_cases.json"))).RootElement;

    public static TheoryData<string> Names =>
        [.. Items(Root, "cases").Select(one => Text(one, "name"))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_case_from_the_field(string name)
    {
        var fieldCase = Items(Root, "cases").Single(one => Text(one, "name") == name);
        var retractions = Items(fieldCase, "retractions")
            .Select(one => new RecordedRetraction(Text(one, "event_id"), 0));
        var events = Items(fieldCase, "events").Select(one => new RecordedEvent(Event(one), 0)).ToList();
        string[] labels = ["", .. events.Select(one => one.Event.Label).Where(label => label != "").Distinct()];
        var timelines = events.GroupBy(one => one.Event.Agent.AgentId).ToDictionary(
            agent => agent.Key, agent => Build(CountingEvents.Of(agent, retractions), labels));

        foreach (var ring in Items(fieldCase, "rings")) CheckRing(ring, timelines, labels);
        var hours = Hours(fieldCase);
        foreach (var breakdown in Items(fieldCase, "breakdowns")) CheckBreakdown(breakdown, timelines, hours, labels);
    }

    private static void CheckRing(JsonElement ring, Dictionary<long, Timeline> timelines, string[] labels)
    {
        // The classifier does not know this outcome yet.
        if (Text(ring, "outcome") == "DEVICE_BUSY") return;
        var at = timelines[ring.GetProperty("agent_id").GetInt64()].At(Ms(ring, "ring_at"));
        var outcome = Enum.Parse<RingOutcome>(Text(ring, "outcome").Replace("_", "", StringComparison.Ordinal), true);
        Assert.Equal(Text(ring, "label"), RingClassifier.Label(RingClassifier.Classify(at.Status, outcome)));
        if (ring.TryGetProperty("origin", out var origin))
            Assert.Equal(origin.GetString(), $"{at.Origin}".ToUpperInvariant());
        if (ring.TryGetProperty("status_label", out var label)) Assert.Equal(label.GetString(), labels[at.Label]);
    }

    private static void CheckBreakdown(
        JsonElement breakdown, Dictionary<long, Timeline> timelines, BusinessHours hours, string[] labels)
    {
        var (fromMs, toMs) = (Ms(breakdown, "from"), Ms(breakdown, "to"));
        if (breakdown.TryGetProperty("listed", out var listed))
        {
            Assert.Equal(
                listed.EnumerateArray().Select(id => id.GetInt64()),
                timelines.Where(agent => !agent.Value.IsGone(fromMs, toMs)).Select(agent => agent.Key).Order());
            return;
        }

        var sums = new Dictionary<string, double>();
        var agentId = breakdown.GetProperty("agent_id").GetInt64();
        var clip = Text(breakdown, "clip");
        foreach (var interval in timelines[agentId].Between(fromMs, toMs))
        {
            var isClipped = clip != "NONE" && interval.Effective.Status == Status.Offline;
            var insideMs = isClipped
                ? hours.For(agentId).Open(interval.StartMs, interval.EndMs).Sum(open => open.LengthMs)
                : interval.LengthMs;
            var label = labels[interval.Effective.Label];
            var name = Name(interval.Effective.Status) + (label == "" ? "" : "/" + label);
            sums[name] = sums.GetValueOrDefault(name) + (insideMs / 1_000.0);
            const string outside = "outside_hours";
            sums[outside] = sums.GetValueOrDefault(outside) + ((interval.LengthMs - insideMs) / 1_000.0);
        }

        Assert.Equal(
            breakdown.GetProperty("seconds").EnumerateObject()
                .Select(one => KeyValuePair.Create(one.Name, one.Value.GetDouble())).OrderBy(one => one.Key),
            sums.Where(one => one.Value > 0).OrderBy(one => one.Key));
    }

    private static Timeline Build(List<StatusEvent> counting, string[] labels)
    {
        var builder = new TimelineBuilder();
        foreach (var e in counting) builder.Add(TimelineEvent.Of(e, (ushort)Array.IndexOf(labels, e.Label)));
        return builder.Build();
    }

    private static StatusEvent Event(JsonElement e) => new(
        new AgentKey(1, e.GetProperty("agent_id").GetInt64()),
        Enum.Parse<Status>(Text(e, "status").Replace("_", "", StringComparison.Ordinal), true),
        Enum.Parse<Origin>(Text(e, "origin"), true),
        Ms(e, "occurred_at"),
        Text(e, "event_id"))
    {
        Sequence = Number(e, "sequence"),
        CallId = Number(e, "call_id"),
        DeviceId = Text(e, "device_id"),
        Label = Text(e, "label"),
        Actor = Text(e, "actor"),
    };

    private static string Name(Status status) => status switch
    {
        Status.OnCall => "ON_CALL",
        Status.WrapUp => "WRAP_UP",
        Status.Unknown => "unknown",
        _ => $"{status}".ToUpperInvariant(),
    };

    private static BusinessHours Hours(JsonElement fieldCase)
    {
        var hours = Root.GetProperty("business_hours").GetProperty($"{fieldCase.GetProperty("company_id")}");
        return Instants.Hours(hours.GetRawText());
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var text) ? text.GetString()! : "";

    private static long Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var number) ? number.GetInt64() : 0;

    private static long Ms(JsonElement parent, string name) =>
        parent.GetProperty(name).GetDateTimeOffset().ToUnixTimeMilliseconds();
}
