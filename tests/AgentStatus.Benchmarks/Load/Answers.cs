namespace AgentStatus.Benchmarks.Load;

/// <summary>Counts answers and notes their latencies. One thread writes.</summary>
internal sealed class Answers
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

    /// <summary>Answers so far. Any thread.</summary>
    public long Completed => Volatile.Read(ref _completed);

    public ReadOnlySpan<int> LatenciesNs => _latenciesNs.AsSpan(0, _latencies);

    /// <summary>An answer is here; both instants in <see cref="Stopwatch"/> ticks.</summary>
    public void Add(long startedAt, long now)
    {
        Volatile.Write(ref _completed, _completed + 1);
        if (!IsMeasuring) return;
        if (_latencies == _latenciesNs.Length) Array.Resize(ref _latenciesNs, 2 * _latencies);
        _latenciesNs[_latencies++] =
            (int)Math.Min(int.MaxValue, Stopwatch.GetElapsedTime(startedAt, now).TotalNanoseconds);
    }
}
