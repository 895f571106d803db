namespace AgentStatus.Benchmarks.Load;

/// <summary>Callers that ask, each on a thread of its own, until it is disposed of.</summary>
internal sealed class ClosedLoop : IDisposable
{
    /// <summary>Load before the measured time of each run: connections, caches, the stack's rhythm.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    private readonly IReadOnlyList<Caller> _callers;
    private readonly Task[] _running;

    /// <param name="callers">Disposed of here.</param>
    public ClosedLoop(IReadOnlyList<Caller> callers)
    {
        _callers = callers;
        _running = [.. callers.Select(caller => Task.Factory.StartNew(
            () =>
            {
                using (caller) caller.Run();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
    }

    /// <summary>Measures a while of it.</summary>
    /// <param name="callers">Disposed of here.</param>
    /// <param name="duration">The measured time.</param>
    /// <param name="cpuSeconds">The server's CPU time so far.</param>
    /// <exception cref="AggregateException">A request failed.</exception>
    public static LoadResult Run(IReadOnlyList<Caller> callers, TimeSpan duration, Func<double> cpuSeconds)
    {
        using var loop = new ClosedLoop(callers);
        var failure = Task.WhenAny(loop._running);

        // Handshakes are over when each has an answer: a client's certificate is looked at once a connection.
        while (callers.Any(caller => caller.Completed == 0) && !failure.Wait(1)) { }
        failure.Wait(Settle);
        foreach (var caller in callers) caller.IsMeasuring = true;
        var (startedAt, cpuBefore, answersBefore) = (Stopwatch.GetTimestamp(), cpuSeconds(), Completed(callers));
        failure.Wait(duration);
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        var (cpu, answers) = (cpuSeconds() - cpuBefore, Completed(callers) - answersBefore);
        foreach (var caller in callers) caller.IsMeasuring = false;
        loop.Dispose();

        var latenciesNs = callers.SelectMany(caller => caller.LatenciesNs.ToArray()).ToArray();
        Array.Sort(latenciesNs);
        return new LoadResult(
            answers / elapsed.TotalSeconds, 1e6 * cpu / answers, Percentile(latenciesNs, 0.50),
            Percentile(latenciesNs, 0.99));
    }

    /// <summary>Waits for the answers that are under way.</summary>
    /// <exception cref="AggregateException">A request failed.</exception>
    public void Dispose()
    {
        foreach (var caller in _callers) caller.IsStopping = true;
        Task.WaitAll(_running);
    }

    /// <summary>In microseconds.</summary>
    private static double Percentile(int[] sortedNs, double part) =>
        sortedNs.Length == 0 ? double.NaN : sortedNs[(int)(part * (sortedNs.Length - 1))] / 1e3;

    private static long Completed(IReadOnlyList<Caller> callers) => callers.Sum(caller => caller.Completed);
}
