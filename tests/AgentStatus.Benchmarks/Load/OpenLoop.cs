namespace AgentStatus.Benchmarks.Load;

/// <summary>Requests that are due at a fixed rate, whether or not those before them are answered; on a few connections,
/// by one thread. A latency counts from when its request was due.</summary>
internal sealed class OpenLoop(Route route, string method, Func<IMessage> next, int connections)
{
    /// <summary>Answers that are waited for after the load, at the most.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    /// <summary>Never set: a wait that does not spin, on a core that is being measured.</summary>
    private readonly ManualResetEvent _pause = new(false);

    /// <exception cref="IOException">The server ended a connection or a stream.</exception>
    public OpenLoopResult Run(double perSecond, TimeSpan duration)
    {
        var lanes = Enumerable.Range(0, connections).Select(_ => new Lane(route, method)).ToArray();
        try
        {
            var (started, sent) = (Stopwatch.GetTimestamp(), 0L);
            for (var elapsed = TimeSpan.Zero; elapsed < duration; elapsed = Stopwatch.GetElapsedTime(started))
            {
                var due = (long)(perSecond * elapsed.TotalSeconds);
                for (; sent < due; sent++)
                {
                    var dueAt = started + (long)(sent / perSecond * Stopwatch.Frequency);
                    lanes[sent % connections].Send(next(), dueAt);
                }

                foreach (var lane in lanes) lane.Exchange();
                var rest = Step - (Stopwatch.GetElapsedTime(started) - elapsed);
                if (rest > TimeSpan.Zero) _pause.WaitOne(rest);
            }

            var answers = lanes.Sum(lane => lane.AcceptedMs.Count);
            var answered = answers / Stopwatch.GetElapsedTime(started).TotalSeconds;
            while (lanes.Any(lane => lane.UnderWay > 0))
            {
                foreach (var lane in lanes) lane.Exchange();
                if (Stopwatch.GetElapsedTime(started) > duration + DrainLimit)
                    throw new IOException("The server does not answer what it took.");
                _pause.WaitOne(Step);
            }

            double[] accepted = [.. lanes.SelectMany(lane => lane.AcceptedMs).Order()];
            double[] refused = [.. lanes.SelectMany(lane => lane.RefusedMs).Order()];
            double[] late = [.. lanes.SelectMany(lane => lane.LateMs).Order()];
            return new(
                answered, At(0.99, accepted), At(0.999, accepted), At(0.99, refused), At(0.99, late),
                lanes.Sum(lane => lane.NotSent) / (double)sent);
        }
        finally
        {
            foreach (var lane in lanes) lane.Dispose();
        }
    }

    private static double At(double part, double[] sorted) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)(part * (sorted.Length - 1))];

    /// <summary>One connection.</summary>
    private sealed class Lane(Route route, string method) : IFrameReceiver, IDisposable
    {
        /// <summary>Fewer than the server allows on a connection.</summary>
        private const int MostUnderWay = 100;

        private readonly Http2Connection _connection = new(route, method);
        private readonly Dictionary<int, (long DueAt, bool HasContent)> _underWay = [];
        private readonly List<long> _unsent = [];
        private long _now;

        /// <summary>How long after it was due each request was sent.</summary>
        public List<double> LateMs { get; } = [];

        public int NotSent { get; private set; }

        public int UnderWay => _underWay.Count;

        public List<double> AcceptedMs { get; } = [];

        public List<double> RefusedMs { get; } = [];

        /// <summary>Not sent where the connection has no room: then the server is far behind already.</summary>
        public void Send(IMessage request, long dueAt)
        {
            if (_underWay.Count >= MostUnderWay)
            {
                NotSent++;
                return;
            }

            _underWay.Add(_connection.BeginRequest(request, isLast: true), (dueAt, false));
            _unsent.Add(dueAt);
        }

        /// <summary>Sends what was begun, and takes what is here.</summary>
        public void Exchange()
        {
            _connection.Flush();
            var sentAt = Stopwatch.GetTimestamp();
            foreach (var dueAt in _unsent) LateMs.Add(Stopwatch.GetElapsedTime(dueAt, sentAt).TotalMilliseconds);
            _unsent.Clear();
            while (_connection.HasBytes) _connection.Receive(this);
        }

        public void Arrived() => _now = Stopwatch.GetTimestamp();

        public void Content(int stream, ReadOnlySpan<byte> bytes) =>
            _underWay[stream] = (_underWay[stream].DueAt, true);

        /// <summary>A refusal is trailers only.</summary>
        public void Ended(int stream)
        {
            _underWay.Remove(stream, out var request);
            (request.HasContent ? AcceptedMs : RefusedMs)
                .Add(Stopwatch.GetElapsedTime(request.DueAt, _now).TotalMilliseconds);
        }

        public void Dispose() => _connection.Dispose();
    }
}

/// <summary>What came of it.</summary>
/// <param name="AcceptedPerSecond">Answers during the load that were no refusal.</param>
/// <param name="AcceptedP99Ms">99 of 100 of these took at most this long.</param>
/// <param name="AcceptedP999Ms">999 of 1,000 of these did.</param>
/// <param name="RefusedP99Ms">99 of 100 refusals did.</param>
/// <param name="LateP99Ms">99 of 100 requests were sent at most so long after they were due: the load's own part of
/// the above.</param>
/// <param name="NotSent">The part for which no connection had room.</param>
internal readonly record struct OpenLoopResult(
    double AcceptedPerSecond,
    double AcceptedP99Ms,
    double AcceptedP999Ms,
    double RefusedP99Ms,
    double LateP99Ms,
    double NotSent);
