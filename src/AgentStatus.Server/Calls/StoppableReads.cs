using AgentStatus.Server.StandardServices;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// Reads a stream's requests until the server stops. The read that is under way then is left behind, not cancelled:
/// cancelling it resets the stream, and the client sees CANCELLED where the reset overtakes the status.
/// </summary>
internal sealed class StoppableReads<TRequest> : IDisposable
{
    private readonly IAsyncStreamReader<TRequest> _requests;
    private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;

    public StoppableReads(IAsyncStreamReader<TRequest> requests, CancellationToken stopping)
    {
        _requests = requests;
        _registration = stopping.Register(_stopping.SetResult);
    }

    public TRequest Current => _requests.Current;

    /// <summary>Goes on to the next request; false if the client is done.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the server stops.</exception>
    public async ValueTask<bool> MoveNextAsync()
    {
        if (_stopping.Task.IsCompleted) throw new RpcException(StoppingStatus.Value);
        var next = _requests.MoveNext(CancellationToken.None);
        if (next.IsCompleted || await Task.WhenAny(next, _stopping.Task) == next) return await next;
        _ = next.ContinueWith(
            left => left.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        throw new RpcException(StoppingStatus.Value);
    }

    public void Dispose() => _registration.Dispose();
}
