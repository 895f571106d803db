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
        var nowMs = bench.NowMs;
        RecordLoad.Record(server, bench.Sizes.Warmup);
        RecordLoad.Write(plain.WriteBatch, ref nowMs, bench.Sizes.Warmup);

        var fsync = FsyncSeconds(bench.NewDirectory("record-fsync"));
        var perSecond = new Rounds($"{Name}/throughput", "events/s", Target.AtLeast(0.6));
        var p99 = new Rounds(
            $"{Name}/p99", "ms", Target.AtMost(3), FormattableString.Invariant(
                $"the other side is the floor: 1,024 callers by the rate, and an fsync ({1e3 * fsync:0.00} ms)"));
        var cpu = new Rounds($"{Name}/cpu", "us/event", Target.None, "the server's own CPU time");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var ours = RecordLoad.Record(server, bench.Sizes.Round);
                perSecond.AddOurs(ours.PerSecond);
                cpu.AddOurs(ours.CpuMicroseconds);
                p99.AddOurs(ours.P99Microseconds / 1e3);
                p99.AddTheirs(1e3 * ((RecordLoad.Callers / ours.PerSecond) + fsync));
            },
            () => perSecond.AddTheirs(RecordLoad.Write(plain.WriteBatch, ref nowMs, bench.Sizes.Round)));
        yield return perSecond.Compared();
        yield return p99.Compared();
        yield return cpu.Absolute();
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
