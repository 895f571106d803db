using System.Diagnostics;

namespace AgentStatus.Benchmarks.Load;

/// <summary>One connection with a fixed number of messages under way: an answer makes the next question (closed loop).</summary>
internal abstract class Caller(int port, string method) : IFrameReceiver, IDisposable
{
    private int[] _latenciesNs = new int[1 << 16];
    private int _latencies;
    private long _completed;

    protected Http2Connection Connection { get; } = new(port, method);

    /// <summary>When the bytes that are being read came, in <see cref="Stopwatch"/> ticks.</summary>
    protected long Now { get; private set; }

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
    public void Run()
    {
        Now = Stopwatch.GetTimestamp();
        Begin();
        Connection.Flush();
        while (!IsDone)
        {
            Connection.Receive(this);
            Connection.Flush();
        }
    }

    public void Arrived() => Now = Stopwatch.GetTimestamp();

    public abstract void Content(int stream, ReadOnlySpan<byte> bytes);

    public abstract void Ended(int stream);

    public void Dispose() => Connection.Dispose();

    protected abstract bool IsDone { get; }

    protected abstract void Begin();

    protected void Complete(long startedAt)
    {
        Volatile.Write(ref _completed, _completed + 1);
        if (!IsMeasuring) return;
        if (_latencies == _latenciesNs.Length) Array.Resize(ref _latenciesNs, 2 * _latencies);
        _latenciesNs[_latencies++] = (int)Math.Min(int.MaxValue, Stopwatch.GetElapsedTime(startedAt, Now).TotalNanoseconds);
    }
}
