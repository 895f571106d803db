using Grpc.Core;

namespace AgentStatus.Server.Tests.Watching;

/// <summary>A client that watches, and keeps what it was told: each agent as the last message has it.</summary>
internal sealed class WatchReader : IDisposable
{
    private readonly CancellationTokenSource _limit = new(3 * Until.Limit);
    private readonly AsyncServerStreamingCall<WatchStatusesResponse> _call;
    private readonly List<WatchStatusesResponse> _messages = [];
    private readonly WatchedBoard _board = new();
    private readonly TestServer _server;
    private readonly Task _reading;

    private WatchReader(TestServer server, WatchStatusesRequest request)
    {
        _server = server;
        _call = server.Service.WatchStatuses(request, cancellationToken: _limit.Token);
        _reading = ReadAsync();
    }

    /// <summary>Ends as the stream does.</summary>
    public Task Ended => _reading;

    /// <summary>All messages so far.</summary>
    public IReadOnlyList<WatchStatusesResponse> Messages
    {
        get
        {
            lock (_messages) return [.. _messages];
        }
    }

    /// <summary>All agents that it was told of.</summary>
    public IReadOnlyDictionary<long, WatchedAgent> Agents
    {
        get
        {
            lock (_messages) return new Dictionary<long, WatchedAgent>(_board.Agents);
        }
    }

    /// <summary>The last known_through, in milliseconds.</summary>
    public long? KnownThroughMs
    {
        get
        {
            lock (_messages) return _board.KnownThroughMs;
        }
    }

    public static WatchReader Open(TestServer server, long companyId = 1, params long[] agentIds) =>
        new(server, new() { CompanyId = companyId, AgentIds = { agentIds } });

    /// <summary>Looks at what was told, while nothing more is.</summary>
    public T Look<T>(Func<WatchedBoard, T> look)
    {
        lock (_messages) return look(_board);
    }

    /// <summary>The agent as it was told last.</summary>
    public WatchedAgent this[long agentId]
    {
        get
        {
            lock (_messages) return _board.Agents[agentId];
        }
    }

    /// <summary>Lets the server's clock go on until something is told.</summary>
    public Task UntilAsync(Func<bool> isTold) => Until.TrueAsync(
        () =>
        {
            if (_reading.IsFaulted) _reading.GetAwaiter().GetResult();
            if (isTold()) return true;
            _server.Time.Advance(TimeSpan.FromMilliseconds(20));
            return false;
        },
        () => $"told, but {string.Join("; ", Messages)}");

    /// <summary>Lets it go on until all is told that was recorded before this.</summary>
    public Task UntilLiveAsync()
    {
        _server.Time.Advance(TimeSpan.FromMilliseconds(1));
        var nowMs = _server.NowMs;
        return UntilAsync(() => KnownThroughMs >= nowMs);
    }

    public void Dispose()
    {
        _limit.Cancel();
        _call.Dispose();
        _limit.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (var message in _call.ResponseStream.ReadAllAsync(_limit.Token))
        {
            lock (_messages)
            {
                _messages.Add(message);
                _board.Apply(message);
            }
        }
    }
}
