namespace AgentStatus.Cli.Rendering;

/// <summary>A breakdown as a table with a bar for each bucket, the proof that it adds up, and the segments if there are
/// any.</summary>
internal static class BreakdownReport
{
    public static void Write(IAnsiConsole console, GetBreakdownResponse breakdown)
    {
        var rows = breakdown.Agents
            .SelectMany(agent => agent.Buckets.Select(bucket => (agent.AgentId, Bucket: new BucketShares(bucket))))
            .ToList();
        if (rows.Count == 0)
        {
            if (breakdown.Agents.Count == 0) console.WriteLine("No agents.");
            WriteFaults(console, breakdown);
            return;
        }

        var looks = BucketShares.Columns(rows.Select(row => row.Bucket));
        var clock = LocalClock.For(breakdown.TimeZone);
        var table = new Table().RoundedBorder().AddColumns("Agent", $"From ({clock.Zone})", "");
        foreach (var heading in looks.Select(look => look.Name).Append("Sum"))
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var (agentId, bucket) in rows)
        {
            table.AddRow([
                $"{agentId}",
                clock.Text(bucket.StartAt),
                bucket.Bar(),
                .. looks.Select(look => look.Paint(DurationText.Of(bucket.Of(look)))),
                DurationText.Of(bucket.Sum)]);
        }

        console.WriteLine("Agent Status Breakdown");
        console.Write(table);
        console.MarkupLine(string.Join("  ", looks.Select(look => $"{look.Bar(1)} {look.Name}")));
        var wrong = rows.Count(row => row.Bucket.Sum != row.Bucket.Length);
        console.MarkupLine(wrong == 0
            ? "Adds up: every row's sum is the length of its window, to the millisecond."
            : $"[red]Rows that do not add up to the length of their window: {wrong}.[/]");
        WriteLabels(console, breakdown, clock);
        WriteFaults(console, breakdown);
        foreach (var agent in breakdown.Agents.Where(agent => agent.Segments.Count > 0))
            WriteSegments(console, agent, clock);
    }

    /// <summary>The time under each label, which is in the statuses' columns too.</summary>
    private static void WriteLabels(IAnsiConsole console, GetBreakdownResponse breakdown, LocalClock clock)
    {
        var table = new Table().RoundedBorder().AddColumns("Agent", $"From ({clock.Zone})", "Status", "Label");
        table.AddColumn(new TableColumn("Duration").RightAligned());
        foreach (var agent in breakdown.Agents)
            foreach (var bucket in agent.Buckets)
                foreach (var part in bucket.Durations.Where(part => part.Label.Length > 0))
                    table.AddRow(
                        $"{agent.AgentId}",
                        clock.Text(bucket.StartTime.ToDateTimeOffset()),
                        StatusLook.Markup(part.Status),
                        part.Label.EscapeMarkup(),
                        DurationText.Of(part.Duration.ToTimeSpan()));
        if (table.Rows.Count == 0) return;
        console.WriteLine("Of that by label");
        console.Write(table);
    }

    private static void WriteFaults(IAnsiConsole console, GetBreakdownResponse breakdown)
    {
        foreach (var agent in breakdown.Agents.Where(agent => agent.HoursFault.Length > 0))
            console.WriteLine($"Business hours of agent {agent.AgentId} are not known: {agent.HoursFault}");
    }

    private static void WriteSegments(IAnsiConsole console, AgentBreakdown agent, LocalClock clock)
    {
        var table = new Table().RoundedBorder().AddColumns(
            $"From ({clock.Zone})", "To", "Duration", "Status", "Decided by", "Business hours", "");
        foreach (var segment in agent.Segments)
        {
            string?[] marks = [segment.CarriedIn ? "carried in" : null, segment.Open ? "open" : null];
            table.AddRow(
                clock.Text(segment.StartTime.ToDateTimeOffset()),
                clock.Text(segment.EndTime.ToDateTimeOffset()),
                DurationText.Of((segment.EndTime - segment.StartTime).ToTimeSpan()),
                StatusLook.Markup(segment.Status, segment.Label),
                CallStepsTable.Origin(segment.Origin),
                segment.InBusinessHours ? "inside" : "outside",
                string.Join(", ", marks.OfType<string>()));
        }

        console.WriteLine($"Timeline of agent {agent.AgentId}");
        console.Write(table);
    }
}
