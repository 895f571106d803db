using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>The rule of business hours read literally off the JSON text, with times compared as text: slow, and sharing
/// nothing with the code that it judges.</summary>
internal sealed class NaiveHours
{
    /// <summary>Some of CLDR's table.</summary>
    public static readonly Dictionary<string, string> WindowsZones = new()
    {
        ["Central Europe Standard Time"] = "Europe/Budapest",
        ["Eastern Standard Time"] = "America/New_York",
        ["Lord Howe Standard Time"] = "Australia/Lord_Howe",
        ["Morocco Standard Time"] = "Africa/Casablanca",
        ["Samoa Standard Time"] = "Pacific/Apia",
    };

    private static readonly string[] Times = Enumerable.Range(0, 86_400)
        .Select(second => $"{second / 3600:00}:{second / 60 % 60:00}:{second % 60:00}").ToArray();

    private static readonly Regex TimePattern = new("[0-9]{2}:[0-9]{2}(:[0-9]{2})?");

    private readonly DateTimeZone _zone;
    private readonly Dictionary<string, List<(string Start, string End)>>? _weekly;
    private readonly List<(string From, string To)> _holidays;
    private readonly HashSet<string> _yearly;
    private readonly Dictionary<string, List<(string Start, string End)>> _exceptions;
    private readonly Dictionary<string, List<(string Start, string End)>> _breaks;
    private readonly Dictionary<LocalDate, string> _names = [];

    public NaiveHours(JsonObject company, string? agentId)
    {
        var keys = company.ToDictionary(key => key.Key, key => key.Value);
        var agent = agentId is null ? null : company["agents"]?[agentId]?.AsObject();
        foreach (var (key, value) in agent ?? []) keys[key] = value;

        var zone = keys.GetValueOrDefault("time_zone")?.GetValue<string>() ?? "UTC";
        _zone = DateTimeZoneProviders.Tzdb[WindowsZones.GetValueOrDefault(zone, zone)];
        _weekly = keys.GetValueOrDefault("weekly")?.AsObject()
            .ToDictionary(day => day.Key, day => Intervals(day.Value!));
        var holidays = (keys.GetValueOrDefault("holidays")?.AsArray() ?? [])
            .Select(item => item is JsonObject range
                ? (From: range["from"]!.GetValue<string>(), To: range["to"]!.GetValue<string>())
                : (From: item!.GetValue<string>(), To: item.GetValue<string>())).ToList();
        _yearly = holidays.Where(IsYearly).Select(item => item.From).ToHashSet();
        _holidays = holidays.Where(item => !IsYearly(item)).ToList();
        _exceptions = Dated(keys.GetValueOrDefault("exceptions"));
        _breaks = Dated(keys.GetValueOrDefault("breaks"));
    }

    /// <summary>The instants in a window in which a time that the text names is on the clock: whatever opens or closes
    /// does so at one of them, at a midnight or where the offset changes.</summary>
    public IEnumerable<long> NamedInstants(string json, long fromMs, long toMs)
    {
        var times = TimePattern.Matches(json).Select(match => match.Value).Append("00:00").ToHashSet();
        var (first, last) = (Local(fromMs).Date, Local(toMs).Date);
        for (var date = first; date <= last; date = date.PlusDays(1))
        {
            foreach (var time in times.Where(time => !time.StartsWith("24", StringComparison.Ordinal)))
            {
                var local = date + LocalTimePattern.ExtendedIso.Parse(WithSeconds(time)).Value;
                var mapped = _zone.MapLocal(local);
                if (mapped.Count > 0) yield return mapped.First().ToInstant().ToUnixTimeMilliseconds();
                if (mapped.Count > 1) yield return mapped.Last().ToInstant().ToUnixTimeMilliseconds();
            }
        }
    }

    public bool IsOpen(long instantMs)
    {
        var local = Local(instantMs);
        var date = local.Date;
        var time = Times[(((local.Hour * 60) + local.Minute) * 60) + local.Second];
        if (_breaks.GetValueOrDefault(Name(date), []).Any(slot => Between(slot.Start, time, slot.End)))
            return false;
        return StartingOn(date).Any(slot => RunsPastMidnight(slot)
                ? string.CompareOrdinal(slot.Start, time) <= 0
                : Between(slot.Start, time, slot.End))
            || StartingOn(date.PlusDays(-1)).Any(slot => RunsPastMidnight(slot)
                && string.CompareOrdinal(time, slot.End) < 0);
    }

    private LocalDateTime Local(long instantMs) =>
        Instant.FromUnixTimeMilliseconds(instantMs).InZone(_zone).LocalDateTime;

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
        if (_yearly.Contains($"--{name[5..]}") || _holidays.Any(range => IsWithin(range, name))) return [];
        if (_weekly is null) return [("00:00:00", "24:00:00")];
        return _weekly.GetValueOrDefault(date.DayOfWeek.ToString().ToLowerInvariant(), []);
    }

    private static List<(string Start, string End)> Intervals(JsonNode list) =>
        list.AsArray().Select(pair => (WithSeconds(pair![0]!), WithSeconds(pair[1]!))).ToList();

    private static string WithSeconds(JsonNode time) => WithSeconds(time.GetValue<string>());

    private static string WithSeconds(string time) => $"{time}:00"[..8];

    private static bool IsYearly((string From, string To) item) => item.From[0] == '-';

    private static bool IsWithin((string From, string To) range, string date) =>
        string.CompareOrdinal(range.From, date) <= 0 && string.CompareOrdinal(date, range.To) <= 0;

    private static Dictionary<string, List<(string Start, string End)>> Dated(JsonNode? list) =>
        (list?.AsArray() ?? []).ToDictionary(
            entry => entry!["date"]!.GetValue<string>(), entry => Intervals(entry!["hours"]!));
}
