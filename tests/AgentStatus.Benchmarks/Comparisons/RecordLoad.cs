namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Both sides of durable writes: many callers here, batches of a plain driver there.</summary>
internal static class RecordLoad
{
    public const int Agents = 10_000;
    private const int Callers = Connections * CallersPerConnection;
    private const int Connections = 8;
    private const int CallersPerConnection = 128;
    private const int BatchEvents = 500;

    /// <summary>Each caller sends its next event when the last one was answered as stored.</summary>
    public static LoadResult Record(MeasuredServer server, TimeSpan duration) =>
        ClosedLoop.Run(CallersOf(server), duration, server.CpuSeconds);

    /// <summary>The callers of that, or a part of them.</summary>
    /// <param name="connections">Of 128 callers each.</param>
    /// <param name="companies">Only agents of these; null: of all.</param>
    public static List<UnaryCaller> CallersOf(
        MeasuredServer server, int connections = Connections, CompanyPartition? companies = null) =>
    [
        .. Enumerable.Range(1, connections).Select(seed => new UnaryCaller(
            server.Route,
            StatusReports.Method,
            CallersPerConnection,
            new StatusReports(seed, Agents, companies).NextRequest,
            StatusReports.Check)),
    ];

    /// <summary>The server's callers against batches of a plain driver.</summary>
    /// <param name="floorSeconds">What makes a commit durable at the least; null: nobody knows.</param>
    public static IEnumerable<Row> Compare(
        Workbench bench, string name, MeasuredServer server, Action<int, long> writeBatch, double? floorSeconds)
    {
        var nowMs = bench.NowMs;
        Record(server, bench.Sizes.Warmup);
        Write(writeBatch, ref nowMs, bench.Sizes.Warmup);

        var perSecond = new Rounds($"{name}/throughput", "events/s", Target.AtLeast(0.6));
        var p99 = floorSeconds is { } seconds
            ? new Rounds($"{name}/p99", "ms", Target.AtMost(3), FormattableString.Invariant(
                $"the other side is the floor: 1,024 callers by the rate, and an fsync ({1e3 * seconds:0.00} ms)"))
            : new Rounds($"{name}/p99", "ms", Target.None, "of a request, from 1,024 callers");
        var cpu = new Rounds($"{name}/cpu", "us/event", Target.None, "the server's own CPU time");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var ours = Record(server, bench.Sizes.Round);
                perSecond.AddOurs(ours.PerSecond);
                cpu.AddOurs(ours.CpuMicroseconds);
                p99.AddOurs(ours.P99Microseconds / 1e3);
                if (floorSeconds is { } floor) p99.AddTheirs(1e3 * ((Callers / ours.PerSecond) + floor));
            },
            () => perSecond.AddTheirs(Write(writeBatch, ref nowMs, bench.Sizes.Round)));
        return [perSecond.Compared(), floorSeconds is null ? p99.Absolute() : p99.Compared(), cpu.Absolute()];
    }

    /// <summary>Batch after batch; gives events a second.</summary>
    /// <param name="writeBatch">Writes so many events, of an instant and the milliseconds after it.</param>
    /// <param name="nowMs">Goes on with each batch.</param>
    /// <param name="duration">For how long.</param>
    public static double Write(Action<int, long> writeBatch, ref long nowMs, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        long events = 0;
        for (; Stopwatch.GetElapsedTime(started) < duration; events += BatchEvents)
            writeBatch(BatchEvents, nowMs += 1_000);
        return events / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
