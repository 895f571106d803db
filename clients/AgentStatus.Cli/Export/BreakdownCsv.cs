using AgentStatus.Cli.Transfer;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Export;

/// <summary>A breakdown as CSV: a row for each agent, bucket, status and label; or, where it has segments, a row for
/// each of these.</summary>
internal static class BreakdownCsv
{
    public static void Write(TextWriter writer, GetBreakdownResponse breakdown, bool hasSegments)
    {
        if (hasSegments) WriteSegments(writer, breakdown);
        else WriteBuckets(writer, breakdown);
    }

    private static void WriteBuckets(TextWriter writer, GetBreakdownResponse breakdown)
    {
        CsvText.WriteLine(writer, "agent_id", "start_time", "end_time", "status", "label", "seconds");
        foreach (var agent in breakdown.Agents)
        {
            foreach (var bucket in agent.Buckets)
            {
                void Row(string status, string label, Duration? duration)
                {
                    if (duration is null or { Seconds: 0, Nanos: 0 }) return;
                    CsvText.WriteLine(
                        writer, Text(agent.AgentId), InstantText.Utc(bucket.StartTime), InstantText.Utc(bucket.EndTime),
                        status, label, Seconds(duration.ToTimeSpan()));
                }

                foreach (var part in bucket.Durations) Row(EnumWord.Screaming(part.Status), part.Label, part.Duration);
                Row("OUTSIDE_HOURS", "", bucket.OutsideHours);
                Row("UNKNOWN", "", bucket.Unknown);
            }
        }
    }

    private static void WriteSegments(TextWriter writer, GetBreakdownResponse breakdown)
    {
        CsvText.WriteLine(
            writer, "agent_id", "start_time", "end_time", "status", "label", "seconds", "origin", "in_business_hours",
            "carried_in", "open");
        foreach (var agent in breakdown.Agents)
        {
            foreach (var segment in agent.Segments)
            {
                CsvText.WriteLine(
                    writer,
                    Text(agent.AgentId),
                    InstantText.Utc(segment.StartTime),
                    InstantText.Utc(segment.EndTime),
                    segment.Status == Status.Unspecified ? "UNKNOWN" : EnumWord.Screaming(segment.Status),
                    segment.Label,
                    Seconds((segment.EndTime - segment.StartTime).ToTimeSpan()),
                    segment.Origin == StatusOrigin.Unspecified ? "" : EnumWord.Screaming(segment.Origin),
                    Text(segment.InBusinessHours),
                    Text(segment.CarriedIn),
                    Text(segment.Open));
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "true" : "false";

    /// <summary>To the millisecond, without zeros at the end.</summary>
    private static string Seconds(TimeSpan duration) =>
        (duration.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.###", CultureInfo.InvariantCulture);
}
