using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli;

/// <summary>Instants as a user writes and reads them.</summary>
internal static partial class InstantText
{
    /// <summary>What <see cref="TryParse"/> takes, for help texts.</summary>
    public const string Forms = "2025-10-01T09:15:30.250Z, 2025-10-01T11:15+02:00, now, -2h, -1d12h, +30m";

    private static readonly string[] Formats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Takes ISO 8601 with a zone, "now", or a distance from now. A time without a zone is refused, since
    /// whose zone it is would be a guess.</summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset instant)
    {
        instant = now;
        if (text == "now")
            return true;
        if (Distance().Match(text) is { Success: true } distance)
            return TryAdd(distance, ref instant);
        return Zone().IsMatch(text) && DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);
    }

    /// <summary>UTC to the millisecond.</summary>
    public static string Utc(Timestamp instant) =>
        instant.ToDateTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static bool TryAdd(Match distance, ref DateTimeOffset instant)
    {
        var ticks = 0m;
        var (numbers, units) = (distance.Groups["number"].Captures, distance.Groups["unit"].Captures);
        for (var i = 0; i < numbers.Count; i++)
            ticks += decimal.Parse(numbers[i].ValueSpan, CultureInfo.InvariantCulture) * TicksPer(units[i].Value);
        ticks = instant.Ticks + (distance.Groups["sign"].Value == "-" ? -ticks : ticks);
        // A day inside the calendar's own limits, so that no offset leads out of them.
        if (ticks < TimeSpan.TicksPerDay || ticks > DateTimeOffset.MaxValue.Ticks - TimeSpan.TicksPerDay)
            return false;
        instant = new DateTimeOffset((long)ticks, instant.Offset);
        return true;
    }

    private static long TicksPer(string unit) => unit switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => TimeSpan.TicksPerDay,
    };

    [GeneratedRegex(@"^(?<sign>[+-])((?<number>[0-9]{1,9})(?<unit>ms|s|m|h|d))+$", RegexOptions.CultureInvariant)]
    private static partial Regex Distance();

    [GeneratedRegex(@"(Z|[+-][0-9]{2}:[0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Zone();
}
