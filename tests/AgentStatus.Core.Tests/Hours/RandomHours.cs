using System.Text.Json.Nodes;
using NodaTime;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>Random business hours whose dates crowd around one date.</summary>
internal sealed class RandomHours(Random random, LocalDate near)
{
    public const string AgentWithOwnKeys = "7";

    private static readonly string[] Weekdays =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    public JsonObject Company(string zoneId)
    {
        var company = Keys();
        company["time_zone"] = zoneId;
        company["agents"] = new JsonObject { [AgentWithOwnKeys] = Keys() };
        return company;
    }

    private JsonObject Keys()
    {
        var keys = new JsonObject();
        if (random.Next(5) > 0) keys["weekly"] = random.Next(6) == 0 ? null : Weekly();
        if (random.Next(2) == 0)
            keys["holidays"] = random.Next(6) == 0 ? null : List(Dates().Select(date => JsonValue.Create(date)));
        if (random.Next(2) == 0)
            keys["exceptions"] = random.Next(6) == 0 ? null : List(Dates().Select(date => Dated(date, Interval)));
        if (random.Next(2) == 0)
            keys["breaks"] = random.Next(6) == 0 ? null : List(Dates().Select(date => Dated(date, Break)));
        return keys;
    }

    private JsonObject Weekly()
    {
        var weekly = new JsonObject();
        foreach (var weekday in Weekdays.Where(_ => random.Next(6) > 0))
            weekly[weekday] = Hours(Interval);
        return weekly;
    }

    private JsonObject Dated(string date, Func<JsonArray> interval) =>
        new() { ["hours"] = Hours(interval), ["date"] = date };

    private JsonArray Hours(Func<JsonArray> interval) =>
        List(Enumerable.Range(0, random.Next(4)).Select(_ => interval()));

    private JsonArray Interval()
    {
        var start = Minute();
        return Pair(start, random.Next(8) switch
        {
            0 => 1440,
            1 => 0,
            2 => start,
            _ => Minute(),
        });
    }

    private JsonArray Break()
    {
        var start = Minute();
        return Pair(start, random.Next(start + 1, 1441));
    }

    /// <summary>Mostly on the grid that people use, so that intervals touch and meet the changes of clocks.</summary>
    private int Minute() => random.Next(3) == 0 ? random.Next(1440) : 30 * random.Next(48);

    private static JsonArray Pair(int start, int end) =>
        [$"{start / 60:00}:{start % 60:00}", $"{end / 60:00}:{end % 60:00}"];

    private IEnumerable<string> Dates() =>
        Enumerable.Range(-3, 7).Where(_ => random.Next(3) == 0)
            .Select(near.PlusDays)
            .Select(date => $"{date.Year:0000}-{date.Month:00}-{date.Day:00}");

    private static JsonArray List(IEnumerable<JsonNode?> nodes) => new(nodes.ToArray());
}
