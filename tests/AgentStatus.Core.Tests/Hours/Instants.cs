using System.Globalization;

namespace AgentStatus.Core.Tests.Hours;

/// <summary>Instants and intervals as text, so that tests can be read.</summary>
internal static class Instants
{
    /// <summary>Milliseconds since the Unix epoch of <c>2026-03-29T01:00Z</c> or the like.</summary>
    public static long Ms(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    /// <summary><c>03-29 01:00 - 03-29 02:00</c>, several parted by commas; UTC.</summary>
    public static string Text(IEnumerable<Interval> intervals) =>
        string.Join(", ", intervals.Select(open => $"{Text(open.StartMs)} - {Text(open.EndMs)}"));

    /// <summary>The hours in the text, which must be without fault.</summary>
    public static BusinessHours Hours(string json)
    {
        Assert.True(BusinessHours.TryParse(1, json, out var hours, out var faults), string.Join("\n", faults));
        Assert.Empty(faults);
        return hours;
    }

    private static string Text(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);
}
