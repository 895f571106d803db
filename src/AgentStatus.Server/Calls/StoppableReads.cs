using System.Threading.Tasks.Sources;
using AgentStatus.Server.StandardServices;
using Grpc.Core;

namespace AgentStatus.Server.Calls;

/// <summary>
/// Reads a stream's requests until the server stops. The read that is under way then is left behind, not cancelled:
/// cancelling it resets the stream, and the client sees CANCELLED where the reset overtakes the status. One wait at a
/// time, and its object is used again: a message that has to be waited for allocates nothing here.
/// </summary>
internal sealed class StoppableReads<TRequest> : IValueTaskSource<bool>, IDisposable
{
    private readonly IAsyncStreamReader<TRequest> _requests;
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenRegistration _registration;
    private readonly Action _arrive;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private Task<bool> _read = Task.FromResult(false);
    private int _waiting;

    public StoppableReads(IAsyncStreamReader<TRequest> requests, CancellationToken stopping)
    {
        (_requests, _stopping, _arrive) = (requests, stopping, Arrive);
        _registration = stopping.UnsafeRegister(_ => ThreadPool.UnsafeQueueUserWorkItem(_ => Stop(), null), null);
    }

    public TRequest Current => _requests.Current;

    /// <summary>Goes on to the next request; false if the client is done.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the server stops.</exception>
    public ValueTask<bool> MoveNextAsync()
    {
        if (_stopping.IsCancellationRequested) throw new RpcException(StoppingStatus.Value);
        var read = _requests.MoveNext(CancellationToken.None);
        if (read.IsCompletedSuccessfully) return new(read.Result);
        _wait.Reset();
        _read = read;
        Volatile.Write(ref _waiting, 1);
        read.GetAwaiter().UnsafeOnCompleted(_arrive);
        if (_stopping.IsCancellationRequested) Stop();
        return new(this, _wait.Version);
    }

    public void Dispose() => _registration.Dispose();

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Arrive()
    {
        // A failure of a read that was left behind is seen, so that nobody else has to.
        var failure = _read.Exception?.InnerException;
        if (Interlocked.Exchange(ref _waiting, 0) == 0) return;
        if (failure is not null) _wait.SetException(failure);
        else if (_read.IsCanceled) _wait.SetException(new OperationCanceledException());
        else _wait.SetResult(_read.Result);
    }

    private void Stop()
    {
        if (Interlocked.Exchange(ref _waiting, 0) == 1) _wait.SetException(new RpcException(StoppingStatus.Value));
    }
}
