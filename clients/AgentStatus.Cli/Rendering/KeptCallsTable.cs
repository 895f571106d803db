namespace AgentStatus.Cli.Rendering;

/// <summary>The calls of a time with rings that were kept.</summary>
internal static class KeptCallsTable
{
    public static void Write(IAnsiConsole console, IReadOnlyCollection<CallSummary> calls)
    {
        if (calls.Count == 0)
        {
            console.WriteLine("No such calls.");
            return;
        }

        var table = new Table().RoundedBorder().AddColumns("Call", "First ring", "Last ring", "Rings", "Changed");
        foreach (var call in calls)
        {
            table.AddRow([
                $"{call.CallId}", InstantText.Utc(call.FirstRingAt), InstantText.Utc(call.LastRingAt),
                $"{call.StepCount}", call.ChangedStepCount == 0 ? "" : $"[red]{call.ChangedStepCount}[/]"]);
        }

        console.Write(table);
    }
}
