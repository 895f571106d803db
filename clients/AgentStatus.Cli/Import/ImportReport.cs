namespace AgentStatus.Cli.Import;

/// <summary>What became of a file.</summary>
internal sealed class ImportReport(IAnsiConsole console)
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public void Write(ImportRun run, RejectedLines rejected, AgentMap? agents, bool isDryRun, TimeSpan elapsed)
    {
        console.WriteLine(isDryRun
            ? string.Create(
                Culture,
                $"{run.Lines:N0} lines: {run.Events:N0} events, {run.Rings:N0} rings, {run.Retractions:N0} "
                + $"retractions. Nothing was sent.")
            : string.Create(
                Culture,
                $"{run.Lines:N0} lines in {elapsed.TotalSeconds:0.0} s: {run.Recorded:N0} events recorded, "
                + $"{run.Known:N0} were there already, {run.Rings:N0} rings kept, {run.Retractions:N0} retractions."));
        Say(run.Silent, "lines say nothing about an agent.");
        Say(agents?.Added ?? 0, "names of agents got a number.");
        Say(rejected.Count, $"lines rejected: see {rejected.Path}");
    }

    private void Say(long count, string what)
    {
        if (count > 0) console.WriteLine(string.Create(Culture, $"{count:N0} {what}"));
    }
}
