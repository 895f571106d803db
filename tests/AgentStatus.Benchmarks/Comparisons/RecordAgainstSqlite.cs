namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Durable writes: many callers, one writer.</summary>
internal sealed class RecordAgainstSqlite() : Comparison(
    "record-sqlite",
    "RecordStatus, 1,024 callers, 30 % OFFLINE, against the plain driver in batches of 500, periods included")
{
    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var server = MeasuredServer.Start(bench.NewDirectory("record-server"));
        using var plain = new PlainSqliteWriter(bench.NewDirectory("record-plain"), RecordLoad.Agents);
        var fsync = FsyncSeconds(bench.NewDirectory("record-fsync"));
        foreach (var row in RecordLoad.Compare(bench, Name, server, plain.WriteBatch, fsync)) yield return row;
    }

    /// <summary>What the disk takes to make a commit's worth of bytes durable.</summary>
    private static double FsyncSeconds(string directory)
    {
        using var file =
            new FileStream(Path.Combine(directory, "file"), FileMode.Create, FileAccess.Write, FileShare.None, 0);
        var bytes = new byte[64 * 1024];
        return Rounds.Median(Enumerable.Range(0, 50).Select(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            file.Write(bytes);
            file.Flush(flushToDisk: true);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }));
    }
}
