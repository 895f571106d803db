using System.Text.Json.Nodes;
using NodaTime;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>Random business hours whose dates crowd around one date.</summary>
internal sealed class RandomHours(Random random, LocalDate near)
{
    public const string AgentWithOwnKeys = "7";

    private const int SecondsPerDay = 86_400;

    /// <summary>IANA zones, and Windows' names of others.</summary>
    private static readonly string?[] AgentZones =
    [
        null, "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana", .. NaiveHours.WindowsZones.Keys,
    ];

    private static readonly string[] Weekdays =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    private int _lastSecond;

    public JsonObject Company(string zoneId)
    {
        var company = Keys();
        company["time_zone"] = zoneId;
        var agent = Keys();
        if (random.Next(2) == 0) agent["time_zone"] = random.GetItems(AgentZones, 1)[0];
        company["agents"] = new JsonObject { [AgentWithOwnKeys] = agent };
        return company;
    }

    private JsonObject Keys()
    {
        var keys = new JsonObject();
        if (random.Next(5) > 0) keys["weekly"] = random.Next(6) == 0 ? null : Weekly();
        if (random.Next(2) == 0)
            keys["holidays"] = random.Next(6) == 0 ? null : List(Dates().Select(Holiday));
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

    /// <summary>The date, from it to another, or the same of every year.</summary>
    private JsonNode Holiday(string date) => random.Next(4) switch
    {
        0 => JsonValue.Create($"--{date[5..]}"),
        1 => new JsonObject { ["to"] = Text(near.PlusDays(3 + random.Next(400))), ["from"] = date },
        2 => new JsonObject { ["from"] = date, ["to"] = date },
        _ => JsonValue.Create(date),
    };

    private JsonArray Interval()
    {
        var start = Second();
        return Pair(start, random.Next(8) switch
        {
            0 => SecondsPerDay,
            1 => 0,
            2 => start,
            _ => Second(),
        });
    }

    private JsonArray Break()
    {
        var start = Second();
        return Pair(start, Math.Max(start + 1, random.Next(2) == 0 ? Second() : random.Next(SecondsPerDay + 1)));
    }

    /// <summary>Mostly on the grid that people use, so that intervals touch and meet the changes of clocks; now and
    /// then a little beside the last one.</summary>
    private int Second() => _lastSecond = random.Next(6) switch
    {
        0 => random.Next(SecondsPerDay),
        1 => 60 * random.Next(1440),
        2 => Math.Clamp(_lastSecond + random.Next(-3, 4), 0, SecondsPerDay - 1),
        _ => 30 * 60 * random.Next(48),
    };

    private JsonArray Pair(int start, int end) => [Time(start), Time(end)];

    private string Time(int second) =>
        second % 60 == 0 && random.Next(4) > 0
            ? $"{second / 3600:00}:{second / 60 % 60:00}"
            : $"{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}";

    private IEnumerable<string> Dates() =>
        Enumerable.Range(-3, 7).Where(_ => random.Next(3) == 0)
            .Select(near.PlusDays)
            .Select(Text);

    private static string Text(LocalDate date) => $"{date.Year:0000}-{date.Month:00}-{date.Day:00}";

    private static JsonArray List(IEnumerable<JsonNode?> nodes) => new(nodes.ToArray());
}
