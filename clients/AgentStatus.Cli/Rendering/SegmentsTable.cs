namespace AgentStatus.Cli.Rendering;

/// <summary>One agent's timeline.</summary>
internal static class SegmentsTable
{
    public static void Write(IAnsiConsole console, AgentBreakdown agent, LocalClock clock)
    {
        var table = new Table().RoundedBorder();
        table.AddColumns($"From ({clock.Zone})", "To", "Duration", "Status", "Decided by", "Business hours", "");
        foreach (var segment in agent.Segments)
        {
            var (start, end) = (segment.StartTime.ToDateTimeOffset(), segment.EndTime.ToDateTimeOffset());
            table.AddRow(
                clock.Text(start),
                clock.Text(end),
                DurationText.Of(end - start),
                StatusLook.Markup(segment.Status),
                CallStepsTable.Origin(segment.Origin),
                segment.InBusinessHours ? "inside" : "outside",
                string.Join(", ", Marks(segment)));
        }

        console.WriteLine($"Timeline of agent {agent.AgentId}");
        console.Write(table);
    }

    private static IEnumerable<string> Marks(StatusSegment segment)
    {
        if (segment.CarriedIn)
            yield return "carried in";
        if (segment.Open)
            yield return "open";
    }
}
