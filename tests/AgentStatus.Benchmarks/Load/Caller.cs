namespace AgentStatus.Benchmarks.Load;

/// <summary>One connection with a fixed number of messages under way: an answer makes the next question.</summary>
internal abstract class Caller(int port, string method) : ICaller, IFrameReceiver
{
    private readonly Answers _answers = new();

    protected Http2Connection Connection { get; } = new(port, method);

    /// <summary>When the bytes that are being read came, in <see cref="Stopwatch"/> ticks.</summary>
    protected long Now { get; private set; }

    public bool IsMeasuring
    {
        get => _answers.IsMeasuring;
        set => _answers.IsMeasuring = value;
    }

    public bool IsStopping
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    public long Completed => _answers.Completed;

    public ReadOnlySpan<int> LatenciesNs => _answers.LatenciesNs;

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

    protected void Complete(long startedAt) => _answers.Add(startedAt, Now);
}
