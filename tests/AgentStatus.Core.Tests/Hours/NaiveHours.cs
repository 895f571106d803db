using System.Text.Json.Nodes;
using NodaTime;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>The rule of business hours read literally off the JSON text, with times compared as text: slow, and sharing
/// nothing with the code that it judges.</summary>
internal sealed class NaiveHours
{
    private static readonly string[] Times =
        Enumerable.Range(0, 1440).Select(minute => $"{minute / 60:00}:{minute % 60:00}").ToArray();

    private readonly DateTimeZone _zone;
    private readonly Dictionary<string, List<(string Start, string End)>>? _weekly;
    private readonly HashSet<string> _holidays;
    private readonly Dictionary<string, List<(string Start, string End)>> _exceptions;
    private readonly Dictionary<string, List<(string Start, string End)>> _breaks;
    private readonly Dictionary<LocalDate, string> _names = [];

    public NaiveHours(JsonObject company, string? agentId)
    {
        var keys = company.ToDictionary(key => key.Key, key => key.Value);
        var agent = agentId is null ? null : company["agents"]?[agentId]?.AsObject();
        foreach (var (key, value) in agent ?? []) keys[key] = value;

        _zone = DateTimeZoneProviders.Tzdb[keys.GetValueOrDefault("time_zone")?.GetValue<string>() ?? "UTC"];
        _weekly = keys.GetValueOrDefault("weekly")?.AsObject()
            .ToDictionary(day => day.Key, day => Intervals(day.Value!));
        _holidays = (keys.GetValueOrDefault("holidays")?.AsArray() ?? [])
            .Select(date => date!.GetValue<string>()).ToHashSet();
        _exceptions = Dated(keys.GetValueOrDefault("exceptions"));
        _breaks = Dated(keys.GetValueOrDefault("breaks"));
    }

    public bool IsOpen(long instantMs)
    {
        var local = Instant.FromUnixTimeMilliseconds(instantMs).InZone(_zone).LocalDateTime;
        var date = local.Date;
        var time = Times[local.Hour * 60 + local.Minute];
        if (_breaks.GetValueOrDefault(Name(date), []).Any(slot => Between(slot.Start, time, slot.End)))
            return false;
        return StartingOn(date).Any(slot => RunsPastMidnight(slot)
                ? string.CompareOrdinal(slot.Start, time) <= 0
                : Between(slot.Start, time, slot.End))
            || StartingOn(date.PlusDays(-1)).Any(slot => RunsPastMidnight(slot)
                && string.CompareOrdinal(time, slot.End) < 0);
    }

    private static bool RunsPastMidnight((string Start, string End) slot) =>
        string.CompareOrdinal(slot.End, slot.Start) <= 0;

    private static bool Between(string start, string time, string end) =>
        string.CompareOrdinal(start, time) <= 0 && string.CompareOrdinal(time, end) < 0;

    /// <summary>Remembered, for a walk asks the same few dates every minute.</summary>
    private string Name(LocalDate date)
    {
        if (!_names.TryGetValue(date, out var name))
            _names[date] = name = $"{date.Year:0000}-{date.Month:00}-{date.Day:00}";
        return name;
    }

    private List<(string Start, string End)> StartingOn(LocalDate date)
    {
        var name = Name(date);
        if (_exceptions.TryGetValue(name, out var hours)) return hours;
        if (_holidays.Contains(name)) return [];
        if (_weekly is null) return [("00:00", "24:00")];
        return _weekly.GetValueOrDefault(date.DayOfWeek.ToString().ToLowerInvariant(), []);
    }

    private static List<(string Start, string End)> Intervals(JsonNode list) =>
        list.AsArray().Select(pair => (pair![0]!.GetValue<string>(), pair[1]!.GetValue<string>())).ToList();

    private static Dictionary<string, List<(string Start, string End)>> Dated(JsonNode? list) =>
        (list?.AsArray() ?? []).ToDictionary(
            entry => entry!["date"]!.GetValue<string>(), entry => Intervals(entry!["hours"]!));
}
