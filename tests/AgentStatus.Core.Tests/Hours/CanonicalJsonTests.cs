using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;

namespace AgentStatus.Core.Tests.Hours;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("null", "null")]
    [InlineData("{}", "null")]
    [InlineData(
        """{"time_zone": null, "weekly": null, "holidays": [], "exceptions": null, "breaks": [], "agents": {}}""",
        "null")]
    [InlineData("""{"agents": {"7": {}, "8": null}}""", "null")]
    [InlineData("""{"time_zone": "Etc/UTC"}""", """{"time_zone":"Etc/UTC"}""")]
    [InlineData("""{"weekly": {}}""", """{"time_zone":"UTC","weekly":{}}""")]
    [InlineData(
        """{"weekly": {"sunday": [], "monday": [["22:00","00:00"], ["09:00","09:00"]], "tuesday": null}}""",
        """{"time_zone":"UTC","weekly":{"monday":[["09:00","09:00"],["22:00","24:00"]]}}""")]
    [InlineData(
        """{"weekly": {"monday": [["09:00:00","17:30:00"],["18:00:01","24:00:00"]]}}""",
        """{"time_zone":"UTC","weekly":{"monday":[["09:00","17:30"],["18:00:01","24:00"]]}}""")]
    [InlineData(
        """
        {"holidays": ["--12-25", "2026-07-22", {"from": "2026-07-25", "to": "2026-07-31"}, "--02-29", "2026-07-19",
            {"from": "2026-07-20", "to": "2026-07-24"}, {"from": "2026-09-01", "to": "2026-09-01"}, "2026-07-19"]}
        """,
        """
        {"time_zone": "UTC", "holidays": ["2026-07-19", "2026-09-01", {"from": "2026-07-20", "to": "2026-07-31"},
            "--02-29", "--12-25"]}
        """)]
    [InlineData(
        """
        {"time_zone": "W. Europe Standard Time", "agents": {"7": {"time_zone": null}, "8": {"time_zone": "UTC"},
            "9": {"weekly": {}, "time_zone": "China Standard Time"}}}
        """,
        """
        {"time_zone": "Europe/Berlin", "agents": {"7": {"time_zone": "UTC"}, "8": {"time_zone": "UTC"},
            "9": {"time_zone": "Asia/Shanghai", "weekly": {}}}}
        """)]
    [InlineData(
        """
        {"agents": {"10": {"weekly": null}, "9": {"breaks": null, "exceptions": [], "holidays": []}},
         "breaks": [{"hours": [["10:00","10:30"]], "date": "2026-12-23"}],
         "exceptions": [{"date": "2026-12-31", "hours": []}, {"date": "2026-12-24", "hours": [["09:00","12:00"]]}],
         "holidays": ["2026-12-26", "2026-12-25"], "time_zone": "Europe/Prague"}
        """,
        """
        {"time_zone": "Europe/Prague",
         "holidays": ["2026-12-25", "2026-12-26"],
         "exceptions": [{"date": "2026-12-24", "hours": [["09:00","12:00"]]}, {"date": "2026-12-31", "hours": []}],
         "breaks": [{"date": "2026-12-23", "hours": [["10:00","10:30"]]}],
         "agents": {"9": {"holidays": [], "exceptions": [], "breaks": []}, "10": {"weekly": null}}}
        """)]
    public void ToJson_SameContent_IsTheSameText(string json, string expected)
    {
        var text = Instants.Hours(json).ToJson();
        Assert.Equal(JsonSerializer.Serialize(JsonElement.Parse(expected)), text);
        Assert.Equal(text, Instants.Hours(text).ToJson());
    }

    [Fact]
    public void ToJson_OtherContent_IsOtherText()
    {
        string[] contents =
        [
            "null",
            """{"time_zone": "Europe/Prague"}""",
            """{"weekly": {}}""",
            """{"weekly": {"monday": [["09:00","17:00"]]}}""",
            """{"weekly": {"tuesday": [["09:00","17:00"]]}}""",
            """{"weekly": {"monday": [["09:00","17:01"]]}}""",
            """{"holidays": ["2026-12-25"]}""",
            """{"exceptions": [{"date": "2026-12-25", "hours": []}]}""",
            """{"breaks": [{"date": "2026-12-25", "hours": []}]}""",
            """{"agents": {"7": {"weekly": null}}}""",
            """{"agents": {"7": {"holidays": null}}}""",
            """{"agents": {"8": {"holidays": null}}}""",
            """{"agents": {"8": {"time_zone": null}}}""",
            """{"weekly": {"monday": [["09:00","17:00:01"]]}}""",
            """{"holidays": ["--12-25"]}""",
            """{"holidays": [{"from": "2026-12-25", "to": "2026-12-26"}]}""",
        ];
        Assert.Equal(contents.Length, contents.Select(json => Instants.Hours(json).ToJson()).Distinct().Count());
    }

    [Fact]
    public void ToJson_RandomHours_SurvivesShufflingAndReading() => Seeds.ForEach(200, random =>
    {
        var json = new RandomHours(random, new LocalDate(2026, 3, 29)).Company("Europe/Prague");
        var canonical = Instants.Hours(json.ToJsonString()).ToJson();
        var shuffled = Shuffle(json, random)!.ToJsonString();
        Assert.Equal(canonical, Instants.Hours(shuffled).ToJson());
        Assert.Equal(canonical, Instants.Hours(canonical).ToJson());
    });

    /// <summary>What a version from before there were seconds, ranges and faults holds is written as it was.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("""{"time_zone":"Etc/UTC"}""")]
    [InlineData("""
        {"time_zone":"Europe/Prague",
        "weekly":{"monday":[["09:00","12:00"],["23:59","06:00"]],"sunday":[["00:00","24:00"]]},
        "holidays":["2026-12-24","2026-12-25","2026-12-26"],"exceptions":[{"date":"2026-12-31","hours":[]}],
        "breaks":[{"date":"2026-12-23","hours":[["10:00","10:30"]]}],
        "agents":{"9":{"weekly":{},"holidays":[],"exceptions":[],"breaks":[]},"10":{"weekly":null}}}
        """)]
    public void ToJson_ContentOfEarlierVersions_IsAsItWas(string stored)
    {
        stored = stored.ReplaceLineEndings("");
        Assert.Equal(stored, Instants.Hours(stored).ToJson());
    }

    [Fact]
    public void AlwaysOpen_IsWhatNullMeans()
    {
        Assert.Equal("null", BusinessHours.AlwaysOpen.ToJson());
        Assert.Equal([new Interval(0, 1)], BusinessHours.AlwaysOpen.For(1).Open(0, 1));
        Assert.Equal(DateTimeZone.Utc, BusinessHours.AlwaysOpen.Zone);
    }

    /// <summary>Other orders of keys and lists; a pair of times keeps its own.</summary>
    private static JsonNode? Shuffle(JsonNode? node, Random random)
    {
        switch (node)
        {
            case JsonObject members:
                var keys = members.Select(member => (member.Key, Shuffle(member.Value, random))).ToArray();
                random.Shuffle(keys);
                return new JsonObject(keys.Select(key => KeyValuePair.Create(key.Key, key.Item2)));
            case JsonArray list:
                var items = list.Select(item => Shuffle(item, random)).ToArray();
                if (!IsPairOfTimes(list)) random.Shuffle(items);
                return new JsonArray(items);
            default:
                return node?.DeepClone();
        }
    }

    private static bool IsPairOfTimes(JsonArray list) =>
        list.Count == 2 && list.All(item => item is JsonValue value && value.GetValue<string>().Contains(':'));
}
