namespace AgentStatus.Benchmarks.Load;

/// <summary>Runs callers, each on a thread of its own, and measures a while of it.</summary>
internal static class ClosedLoop
{
    /// <summary>Load before the measured time of each run: connections, caches, the stack's rhythm.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);

    /// <param name="callers">Disposed of here.</param>
    /// <param name="duration">The measured time.</param>
    /// <param name="cpuSeconds">The server's CPU time so far.</param>
    /// <exception cref="AggregateException">A request failed.</exception>
    public static LoadResult Run(IReadOnlyList<Caller> callers, TimeSpan duration, Func<double> cpuSeconds)
    {
        var running = callers.Select(caller => Task.Factory.StartNew(
            () =>
            {
                using (caller) caller.Run();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        var failure = Task.WhenAny(running);
        failure.Wait(Settle);
        foreach (var caller in callers) caller.IsMeasuring = true;
        var (startedAt, cpuBefore, answersBefore) = (Stopwatch.GetTimestamp(), cpuSeconds(), Completed(callers));
        failure.Wait(duration);
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        var (cpu, answers) = (cpuSeconds() - cpuBefore, Completed(callers) - answersBefore);
        foreach (var caller in callers) caller.IsMeasuring = false;
        foreach (var caller in callers) caller.IsStopping = true;
        Task.WaitAll(running);

        var latenciesNs = callers.SelectMany(caller => caller.LatenciesNs.ToArray()).ToArray();
        Array.Sort(latenciesNs);
        return new LoadResult(
            answers / elapsed.TotalSeconds, 1e6 * cpu / answers, Percentile(latenciesNs, 0.50),
            Percentile(latenciesNs, 0.99));
    }

    private static long Completed(IReadOnlyList<Caller> callers) => callers.Sum(caller => caller.Completed);

    private static double Percentile(int[] sortedNs, double part) =>
        sortedNs.Length == 0 ? double.NaN : sortedNs[(int)(part * (sortedNs.Length - 1))] / 1e3;
}
