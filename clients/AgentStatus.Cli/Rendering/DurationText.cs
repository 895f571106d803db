namespace AgentStatus.Cli.Rendering;

internal static class DurationText
{
    /// <summary>h:mm:ss, hours without limit; with milliseconds only where there are some.</summary>
    public static string Of(TimeSpan duration)
    {
        var milliseconds = duration.Milliseconds == 0 ? "" : $".{duration.Milliseconds:000}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(long)duration.TotalHours}:{duration.Minutes:00}:{duration.Seconds:00}{milliseconds}");
    }
}
