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
                Status(step.Given),
                step.Changed ? $"[red]{step.Current.Label.EscapeMarkup()}[/]" : step.Current.Label.EscapeMarkup(),
                Status(step.Current)]);
        }

        console.Write(table);
        if (kept.Steps.Count(step => step.Changed) is > 0 and var changed)
            console.WriteLine($"Shown otherwise now: {changed} of {kept.Steps.Count}");
    }

    /// <summary>The status, with the company's own name for it.</summary>
    private static string Status(StepClassification said) => said.StatusLabel.Length == 0
        ? StatusLook.Markup(said.Status)
        : $"{StatusLook.Markup(said.Status)} ({said.StatusLabel.EscapeMarkup()})";
}
