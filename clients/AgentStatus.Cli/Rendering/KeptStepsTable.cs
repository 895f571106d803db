namespace AgentStatus.Cli.Rendering;

/// <summary>A call's kept rings: what Call Steps showed, and what it shows now.</summary>
internal static class KeptStepsTable
{
    public static void Write(IAnsiConsole console, GetCallStepsResponse kept)
    {
        if (kept.Steps.Count == 0)
        {
            console.WriteLine("No rings of this call were kept.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns(
            "Ring at", "Group", "Agent", "Outcome", "Given", "Status then", "Now", "Status now");
        foreach (var step in kept.Steps)
        {
            table.AddRow([
                InstantText.Utc(step.RingAt),
                step.RingGroupId == 0 ? "" : $"{step.RingGroupId}",
                $"{step.AgentId}",
                step.Outcome == RingOutcome.Unspecified ? "" : EnumWord.Screaming(step.Outcome),
                step.Given.Label.EscapeMarkup(),
                StatusLook.Markup(step.Given.Status, step.Given.StatusLabel),
                step.Changed ? $"[red]{step.Current.Label.EscapeMarkup()}[/]" : step.Current.Label.EscapeMarkup(),
                StatusLook.Markup(step.Current.Status, step.Current.StatusLabel)]);
        }

        console.Write(table);
        if (kept.Steps.Count(step => step.Changed) is > 0 and var changed)
            console.WriteLine($"Shown otherwise now: {changed} of {kept.Steps.Count}");
    }
}
