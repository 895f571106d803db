namespace AgentStatus.Cli.Rendering;

/// <summary>Rings as Call Steps shows them, each with its evidence.</summary>
internal static class CallStepsTable
{
    public static void Write(IAnsiConsole console, ClassifyRingTargetsResponse rings)
    {
        var table = new Table().RoundedBorder().AddColumns("Agent", "Call Steps", "Status", "Since", "Decided by");
        foreach (var ring in rings.Results)
            table.AddRow([$"{ring.AgentId}", .. Cells(ring)]);
        console.WriteLine("Call Steps");
        console.Write(table);
        if (rings.KnownThrough is { } known)
            console.WriteLine($"Known through {InstantText.Utc(known)}");
    }

    /// <summary>The label, loud where an agent is blamed, and its evidence: status, since when, who decided.</summary>
    public static string[] Cells(RingTargetResult ring)
    {
        var label = ring.Label.EscapeMarkup();
        return [
            ring.Classification == RingClassification.BusyMissed ? $"[red]{label}[/]" : label,
            StatusLook.Markup(ring.Status, ring.StatusLabel),
            ring.StatusSince is { } since ? InstantText.Utc(since) : "",
            Origin(ring.Origin)];
    }

    public static string Origin(StatusOrigin origin) =>
        origin == StatusOrigin.Unspecified ? "" : EnumWord.Screaming(origin);
}
