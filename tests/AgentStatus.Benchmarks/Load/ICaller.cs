namespace AgentStatus.Benchmarks.Load;

/// <summary>Something that asks in a closed loop, on a thread of its own.</summary>
internal interface ICaller : IDisposable
{
    /// <summary>Whether latencies are noted. Any thread.</summary>
    bool IsMeasuring { get; set; }

    /// <summary>No more questions: <see cref="Run"/> returns when all are answered. Any thread.</summary>
    bool IsStopping { get; set; }

    /// <summary>Answers so far. Any thread.</summary>
    long Completed { get; }

    /// <summary>Latencies of the measured time, in nanoseconds. After <see cref="Run"/>.</summary>
    ReadOnlySpan<int> LatenciesNs { get; }

    /// <summary>Asks until it is to stop; blocks.</summary>
    void Run();
}
