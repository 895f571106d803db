namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Both sides of durable writes: many callers here, batches of a plain driver there.</summary>
internal static class RecordLoad
{
    public const int Agents = 10_000;
    public const int Callers = Connections * CallersPerConnection;
    private const int Connections = 8;
    private const int CallersPerConnection = 128;
    private const int BatchEvents = 500;

    /// <summary>Each caller sends its next event when the last one was answered as stored.</summary>
    public static LoadResult Record(MeasuredServer server, TimeSpan duration) => ClosedLoop.Run(
        [
            .. Enumerable.Range(1, Connections).Select(seed => new UnaryCaller(
                server.Port,
                StatusReports.Method,
                CallersPerConnection,
                new StatusReports(seed, Agents).NextRequest,
                StatusReports.Check)),
        ],
        duration,
        server.CpuSeconds);

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
