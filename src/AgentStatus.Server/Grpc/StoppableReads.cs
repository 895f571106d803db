// Hot path: a wait costs one task. By Task.WaitAsync a message of a stream cost 8 % more.
using AgentStatus.Server.Access;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>Reads a stream's requests until the server stops, or the caller's credentials end: an open stream would
/// delay the stop, which waits for it.
/// The read that is under way then is left behind, not cancelled: cancelling it resets the stream, and the client sees
/// CANCELLED where the reset overtakes the status. One wait at a time.</summary>
internal sealed class StoppableReads<TRequest> : IAsyncStreamReader<TRequest>, IDisposable
{
    private readonly IAsyncStreamReader<TRequest> _requests;
    private readonly CancellationToken _stopping;
    private readonly CancellationToken _ended;
    private readonly CancellationTokenRegistration _stop;
    private readonly CancellationTokenRegistration _end;
    private readonly Action _arrive;
    private Task<bool> _read = Task.FromResult(false);
    private TaskCompletionSource<bool>? _waiting;

    public StoppableReads(
        IAsyncStreamReader<TRequest> requests, CancellationToken stopping, CancellationToken ended)
    {
        (_requests, _stopping, _ended, _arrive) = (requests, stopping, ended, Arrive);
        _stop = stopping.UnsafeRegister(_ => ThreadPool.UnsafeQueueUserWorkItem(_ => Stop(), null), null);
        _end = ended.UnsafeRegister(_ => ThreadPool.UnsafeQueueUserWorkItem(_ => Stop(), null), null);
    }

    public TRequest Current => _requests.Current;

    /// <summary>Goes on to the next request; false if the client is done.</summary>
    /// <exception cref="RpcException">UNAVAILABLE: the server stops. UNAUTHENTICATED: the credentials have ended.
    /// INVALID_ARGUMENT: the client's bytes are no message.</exception>
    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (HasStopped) throw WhyStopped();
        var read = _requests.MoveNext(CancellationToken.None);
        if (read.IsCompletedSuccessfully) return read;
        var waiting = new TaskCompletionSource<bool>();
        _read = read;
        Volatile.Write(ref _waiting, waiting);
        read.GetAwaiter().UnsafeOnCompleted(_arrive);
        if (HasStopped) Stop();
        return waiting.Task;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _end.Dispose();
    }

    private bool HasStopped => _stopping.IsCancellationRequested || _ended.IsCancellationRequested;

    private RpcException WhyStopped() =>
        _stopping.IsCancellationRequested ? Refusals.Stopping() : Refusals.NotAllowed(AccessFault.Ended);

    private void Arrive()
    {
        // A failure of a read that was left behind is seen, so that nobody else has to.
        var failure = _read.Exception?.InnerException;
        if (Interlocked.Exchange(ref _waiting, null) is not { } waiting) return;

        // Not compressed as it says, too long, or cut by a reset. To a unary request gRPC itself answers UNKNOWN.
        if (failure is InvalidDataException or IOException) waiting.SetException(Refusals.Malformed(failure.Message));
        else if (failure is RpcException refused && Refusals.IsTooLong(refused.Status.Detail))
            waiting.SetException(Refusals.MessageTooLong());
        else waiting.SetFromTask(_read);
    }

    private void Stop() => Interlocked.Exchange(ref _waiting, null)?.SetException(WhyStopped());
}
