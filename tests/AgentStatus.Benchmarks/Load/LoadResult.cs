namespace AgentStatus.Benchmarks.Load;

/// <summary>What a load came to.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="CpuMicroseconds">The server's own CPU time for an answer; 0 where nobody asked.</param>
/// <param name="P50Microseconds">Half of the answers took at most this long.</param>
/// <param name="P99Microseconds">99 of 100 answers took at most this long.</param>
internal readonly record struct LoadResult(
    double PerSecond, double CpuMicroseconds, double P50Microseconds, double P99Microseconds);
