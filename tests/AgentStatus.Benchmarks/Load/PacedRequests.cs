namespace AgentStatus.Benchmarks.Load;

/// <summary>Unary requests at a fixed rate, on a connection of their own, in the background until it is disposed
/// of.</summary>
internal sealed class PacedRequests : IFrameReceiver, IDisposable
{
    private static readonly TimeSpan ShortStep = TimeSpan.FromMilliseconds(10);

    private readonly Http2Connection _connection;
    private readonly Func<IMessage> _next;
    private readonly TimeSpan _step;
    private readonly int _perStep;

    // Not the slim one: that spins before it sleeps, on a core that is being measured.
    private readonly ManualResetEvent _stop = new(false);
    private readonly Task _running;
    private int _underWay;
    private readonly HashSet<int> _answered = [];

    /// <param name="route">To the server.</param>
    /// <param name="method">Its path, /package.Service/Method.</param>
    /// <param name="next">The next request; the same object may come again.</param>
    /// <param name="perSecond">Requests a second: as many as fall into 10 ms are sent together, one
    /// at a time where that is less than one.</param>
    public PacedRequests(Route route, string method, Func<IMessage> next, int perSecond)
    {
        _connection = new Http2Connection(route, method);
        _next = next;
        _perStep = Math.Max(1, (int)(perSecond * ShortStep.TotalSeconds));
        _step = TimeSpan.FromSeconds((double)_perStep / perSecond);
        _running =
            Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Arrived()
    {
    }

    public void Content(int stream, ReadOnlySpan<byte> bytes) => _answered.Add(stream);

    public void Ended(int stream) => _underWay--;

    /// <exception cref="AggregateException">A request failed.</exception>
    public void Dispose()
    {
        _stop.Set();
        _running.Wait();
        _connection.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        var started = Stopwatch.GetTimestamp();
        var rest = TimeSpan.Zero;
        for (var step = 1; !_stop.WaitOne(rest); step++)
        {
            for (_answered.Clear(); _underWay < _perStep; _underWay++) _connection.BeginRequest(_next(), isLast: true);
            _connection.Flush();
            while (_underWay > 0) _connection.Receive(this);

            // A refusal is trailers only.
            if (_answered.Count < _perStep) throw new IOException("The server refused a request.");
            rest = (step * _step) - Stopwatch.GetElapsedTime(started);
            if (rest < TimeSpan.Zero) rest = TimeSpan.Zero;
        }
    }
}
