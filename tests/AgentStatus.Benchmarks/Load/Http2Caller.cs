namespace AgentStatus.Benchmarks.Load;

/// <summary>One connection with a fixed number of messages under way: an answer makes the next question.</summary>
internal abstract class Http2Caller(Route route, string method) : Caller, IFrameReceiver
{
    protected Http2Connection Connection { get; } = new(route, method);

    /// <summary>When the bytes that are being read came, in <see cref="Stopwatch"/> ticks.</summary>
    protected long Now { get; private set; }

    protected abstract bool IsDone { get; }

    public override void Run()
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

    public override void Dispose() => Connection.Dispose();

    protected abstract void Begin();
}
