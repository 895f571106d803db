namespace AgentStatus.Cli.Rendering;

/// <summary>Rings as Call Steps shows them, each with its evidence.</summary>
internal static class CallStepsTable
{
    public static void Write(IAnsiConsole console, IReadOnlyList<RingResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Agent", "Call Steps", "Status", "Since", "Decided by");
        foreach (var result in results)
        {
            table.AddRow(
                result.AgentId.ToString(CultureInfo.InvariantCulture),
                Label(result),
                StatusLook.Markup(result.Status),
                result.StatusSince is { } since ? InstantText.Utc(since) : "",
                Origin(result.Origin));
        }

        console.WriteLine("Call Steps");
        console.Write(table);
        if (results.Count > 0)
            console.WriteLine($"Known through {InstantText.Utc(results[0].KnownThrough)}");
    }

    /// <summary>The label, loud where an agent is blamed.</summary>
    public static string Label(RingResult result) =>
        result.Classification == RingClassification.BusyMissed
            ? $"[red]{result.Label.EscapeMarkup()}[/]"
            : result.Label.EscapeMarkup();

    public static string Origin(StatusOrigin origin) =>
        origin == StatusOrigin.Unspecified ? "" : EnumWord.Screaming(origin);
}
