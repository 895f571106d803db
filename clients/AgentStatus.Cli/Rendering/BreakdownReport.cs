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
            console.WriteLine("No agents.");
            return;
        }

        var looks = BucketShares.Columns(rows.Select(row => row.Bucket));
        var clock = LocalClock.For(breakdown.TimeZone);
        var table = new Table().RoundedBorder();
        table.AddColumns("Agent", $"From ({clock.Zone})", "");
        foreach (var heading in looks.Select(look => look.Name).Append("Sum"))
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var (agentId, bucket) in rows)
        {
            table.AddRow([
                agentId.ToString(CultureInfo.InvariantCulture),
                clock.Text(bucket.StartAt),
                bucket.Bar(),
                .. looks.Select(look => look.Paint(DurationText.Of(bucket.Of(look)))),
                DurationText.Of(bucket.Sum)]);
        }

        console.WriteLine("Agent Status Breakdown");
        console.Write(table);
        console.MarkupLine(string.Join("  ", looks.Select(look => $"{look.Bar(1)} {look.Name}")));
        WriteProof(console, rows.Select(row => row.Bucket));
        foreach (var agent in breakdown.Agents.Where(agent => agent.Segments.Count > 0))
            SegmentsTable.Write(console, agent, clock);
    }

    private static void WriteProof(IAnsiConsole console, IEnumerable<BucketShares> buckets)
    {
        var wrong = buckets.Count(bucket => bucket.Sum != bucket.Length);
        if (wrong == 0)
            console.MarkupLine("Adds up: every row's sum is the length of its window, to the millisecond.");
        else
            console.MarkupLineInterpolated($"[red]Rows that do not add up to the length of their window: {wrong}.[/]");
    }
}
