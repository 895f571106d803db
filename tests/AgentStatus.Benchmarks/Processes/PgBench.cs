namespace AgentStatus.Benchmarks.Processes;

/// <summary>PostgreSQL's own load generator: leaner than any driver, so that the peer is not charged for its
/// client.</summary>
internal static class PgBench
{
    /// <summary>Runs a script with prepared statements; transactions a second.</summary>
    public static double Run(int port, string scriptFile, int connections, TimeSpan duration)
    {
        var seconds = Math.Max(1, (int)duration.TotalSeconds);
        var load = ChildProcess.RunAsync(
            PeerPrograms.Postgres("pgbench"),
            [
                "-h", "127.0.0.1", "-p", Text(port), "-U", "bench", "-n", "-M", "prepared", "-c", Text(connections),
                "-j", Text(Math.Min(connections, Environment.ProcessorCount)), "-T", Text(seconds), "-f", scriptFile,
                "postgres",
            ],
            limit: Timeout.InfiniteTimeSpan);

        // tps = 12345.678901 (without initial connection time)
        var line = load.GetAwaiter().GetResult().MustSucceed().Split('\n').Last(
            line => line.StartsWith("tps = ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
