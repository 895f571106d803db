namespace AgentStatus.Benchmarks.Load;

/// <summary>Asks in a closed loop, on a thread of its own, and notes how long answers take.</summary>
internal abstract class Caller : IDisposable
{
    private int[] _latenciesNs = new int[1 << 16];
    private int _latencies;
    private long _completed;

    /// <summary>Whether latencies are noted. Any thread.</summary>
    public bool IsMeasuring
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>No more questions: <see cref="Run"/> returns when all are answered. Any thread.</summary>
    public bool IsStopping
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Answers so far. Any thread.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>Latencies of the measured time, in nanoseconds. After <see cref="Run"/>.</summary>
    public ReadOnlySpan<int> LatenciesNs => _latenciesNs.AsSpan(0, _latencies);

    /// <summary>Asks until it is to stop; blocks.</summary>
    public abstract void Run();

    public abstract void Dispose();

    /// <summary>An answer is here; both instants in <see cref="Stopwatch"/> ticks.</summary>
    protected void Complete(long startedAt, long now)
    {
        Volatile.Write(ref _completed, _completed + 1);
        if (!IsMeasuring) return;
        if (_latencies == _latenciesNs.Length) Array.Resize(ref _latenciesNs, 2 * _latencies);
        _latenciesNs[_latencies++] =
            (int)Math.Min(int.MaxValue, Stopwatch.GetElapsedTime(startedAt, now).TotalNanoseconds);
    }
}
