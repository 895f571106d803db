using System.Text.Json;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Business-hours periods as JSON text, [[start, end], ...], which SQLite's json_each can open.</summary>
internal static class PeriodsJson
{
    public static string Write(IReadOnlyList<Interval> periods) =>
        JsonSerializer.Serialize(periods.Select(period => new[] { period.StartMs, period.EndMs }));

    /// <exception cref="JsonException">The text is something else.</exception>
    public static IReadOnlyList<Interval> Read(string json) =>
        [.. JsonSerializer.Deserialize<long[][]>(json)?.Select(Read) ?? throw new JsonException("null")];

    private static Interval Read(long[]? pair) =>
        pair is [var startMs, var endMs] ? new(startMs, endMs) : throw new JsonException("A period is [start, end].");
}
