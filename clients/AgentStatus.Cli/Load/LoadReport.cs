namespace AgentStatus.Cli.Load;

/// <summary>Shows a load: a line a second while it runs, a table at the end.</summary>
internal static class LoadReport
{
    public static string Progress(LoadRun run, TimeSpan elapsed, TimeSpan duration)
    {
        var summary = run.Summary();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed.TotalSeconds,4:0} s of {duration.TotalSeconds:0} s  {summary.Ended,10:N0} calls  "
            + $"p50 {Text(summary.P50)}  p99 {Text(summary.P99)}  max {Text(summary.Max)}  "
            + $"errors {run.Errors.Values.Sum():N0}");
    }

    public static void Write(IAnsiConsole console, LoadRun run, double ratePerSecond)
    {
        var summary = run.Summary();
        var sent = summary.Ended / Math.Max(run.Elapsed.TotalSeconds, 0.001);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Ended:N0} calls in {run.Elapsed.TotalSeconds:0.0} s: "
            + $"{sent:N0} a second of {ratePerSecond:N0} asked for."));
        console.WriteLine("Latency, from when a call was due:");
        var table = new Table().RoundedBorder();
        foreach (var name in (string[])["p50", "p90", "p99", "p99.9", "max"])
            table.AddColumn(name, column => column.RightAligned());
        table.AddRow(
            Text(summary.P50), Text(summary.P90), Text(summary.P99), Text(summary.P999), Text(summary.Max));
        console.Write(table);
        if (run.Errors.Count == 0) console.WriteLine("No errors.");
        foreach (var (code, count) in run.Errors.OrderByDescending(error => error.Value))
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{EnumWord.Screaming(code)}: {count:N0} calls"));
        }
    }

    private static string Text(TimeSpan latency)
    {
        var (number, unit, form) = latency.TotalMilliseconds switch
        {
            < 1 => (latency.TotalMicroseconds, "us", "0"),
            < 1_000 => (latency.TotalMilliseconds, "ms", "0.0"),
            _ => (latency.TotalSeconds, "s", "0.00"),
        };
        return $"{number.ToString(form, CultureInfo.InvariantCulture)} {unit}";
    }
}
