namespace AgentStatus.Cli.Rendering;

/// <summary>Shows instants in the zone that placed the buckets; in UTC where this machine does not know it.</summary>
internal sealed class LocalClock(TimeZoneInfo zone)
{
    public string Zone => zone.Id;

    public static LocalClock For(string zone) =>
        new(TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc);

    /// <summary>To the minute, or as fine as the instant is.</summary>
    public string Text(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var format = local switch
        {
            { Millisecond: not 0 } => "yyyy-MM-dd HH:mm:ss.fff",
            { Second: not 0 } => "yyyy-MM-dd HH:mm:ss",
            _ => "yyyy-MM-dd HH:mm",
        };
        return local.ToString(format, CultureInfo.InvariantCulture);
    }
}
