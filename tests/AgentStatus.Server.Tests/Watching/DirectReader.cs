using AgentStatus.Server.Watching;

namespace AgentStatus.Server.Tests.Watching;

/// <summary>A reader in the server's process, without gRPC's buffers between: it reads when the test says so, and is as
/// slow as that.</summary>
internal sealed class DirectReader : IDisposable
{
    private readonly Watcher _watcher;
    private Task<WatchBatch>? _next;

    public DirectReader(TestServer server, long companyId, params long[] agentIds)
    {
        _watcher = server.Part<StatusWatch>().TryOpen(
            companyId, agentIds, IPAddress.Loopback, () => IsEnded = true, out var refused)!;
        Assert.Equal(WatchRefusal.None, refused);
    }

    public WatchedBoard Board { get; } = new();

    /// <summary>Whether it was ended for not reading.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Asks for the next batch if none is awaited, and takes what has come of it; null: nothing has.</summary>
    public WatchStatusesResponse? Read()
    {
        _next ??= _watcher.NextAsync(CancellationToken.None);
        if (!_next.IsCompleted) return null;
        var message = WatchAnswers.Of(_next.GetAwaiter().GetResult());
        _next = null;
        Board.Apply(message);
        return message;
    }

    public void Dispose() => _watcher.Dispose();
}
