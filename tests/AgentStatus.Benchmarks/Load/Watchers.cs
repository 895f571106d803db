using System.Buffers.Binary;
using System.Net;
using AgentStatus.V1;

namespace AgentStatus.Benchmarks.Load;

/// <summary>Watchers of one company on a few connections, each with a thread that reads: until it is disposed of. One
/// watcher of each connection looks at what it is told, the others only take it: a client costs more than the
/// server.</summary>
internal sealed class Watchers : IDisposable
{
    private const string Method = "/agentstatus.v1.AgentStatusService/WatchStatuses";

    /// <summary>Not the address that records; and not that of the watchers before, whose places the server may not have
    /// got back yet: an address has 1,000.</summary>
    private static readonly IPAddress[] From = [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")];

    private static int _opened;

    private readonly List<Lane> _lanes;

    /// <summary>Opens them, and waits until each was told something.</summary>
    public Watchers(Route route, long companyId, int connections, int watchersPerConnection)
    {
        var own = route with { From = From[_opened++ % From.Length] };
        _lanes =
        [
            .. Enumerable.Range(0, connections).Select(_ => new Lane(own, companyId, watchersPerConnection)),
        ];
        if (_lanes.Find(lane => !lane.Begun.Wait(TimeSpan.FromSeconds(60))) is { } silent)
            throw new IOException("Not all watchers were told something.", silent.Failure);
    }

    /// <summary>From an event's occurred_at to the watcher's socket, in milliseconds, of those who look.</summary>
    public List<double> TakeLags() => [.. _lanes.SelectMany(lane => lane.TakeLags())];

    public void Dispose() => _lanes.ForEach(lane => lane.Dispose());

    private sealed class Lane : IFrameReceiver, IDisposable
    {
        private readonly Http2Connection _connection;
        private readonly HashSet<int> _silent = [];
        private readonly MemoryStream _looked = new();
        private readonly Lock _gate = new();
        private readonly Task _reading;
        private List<double> _lags = [];
        private DateTimeOffset _now;
        private readonly int _looker;
        private volatile bool _isStopping;

        public Lane(Route route, long companyId, int watchers)
        {
            _connection = new(route, Method);
            var request = new WatchStatusesRequest { CompanyId = companyId };
            for (var i = 0; i < watchers; i++) _silent.Add(_looker = _connection.BeginRequest(request, isLast: true));
            _connection.Flush();
            _reading = Task.Factory.StartNew(
                Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        public CountdownEvent Begun { get; } = new(1);

        /// <summary>Why it reads no more; null: it does.</summary>
        public Exception? Failure => _reading.Exception;

        public List<double> TakeLags()
        {
            lock (_gate)
            {
                var lags = _lags;
                _lags = [];
                return lags;
            }
        }

        public void Arrived() => _now = TimeProvider.System.GetUtcNow();

        public void Content(int stream, ReadOnlySpan<byte> bytes)
        {
            if (_silent.Remove(stream) && _silent.Count == 0) Begun.Signal();
            if (stream == _looker) Look(bytes);
        }

        public void Ended(int stream) => throw new IOException("The server ended a watch.");

        public void Dispose()
        {
            _isStopping = true;
            _connection.Dispose();
            _reading.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }

        private void Read()
        {
            try
            {
                while (true)
                {
                    _connection.Receive(this);
                    _connection.Flush();
                }
            }
            catch (Exception) when (_isStopping)
            {
                // The socket was closed.
            }
        }

        /// <summary>A message may come in several pieces, behind five bytes that say how long it is.</summary>
        private void Look(ReadOnlySpan<byte> bytes)
        {
            _looked.Write(bytes);
            var all = _looked.GetBuffer().AsSpan(0, (int)_looked.Length);
            while (all.Length >= 5 && BinaryPrimitives.ReadInt32BigEndian(all[1..]) is var length
                && all.Length >= 5 + length)
            {
                Note(WatchStatusesResponse.Parser.ParseFrom(all.Slice(5, length)));
                all = all[(5 + length)..];
            }

            var rest = all.ToArray();
            _looked.SetLength(0);
            _looked.Write(rest);
        }

        private void Note(WatchStatusesResponse message)
        {
            lock (_gate)
            {
                foreach (var agent in message.Agents)
                    if (agent.Since is not null)
                        _lags.Add((_now - agent.Since.ToDateTimeOffset()).TotalMilliseconds);
            }
        }
    }
}
