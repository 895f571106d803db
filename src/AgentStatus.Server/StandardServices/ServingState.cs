using System.Runtime.CompilerServices;
using AgentStatus.V1;

namespace AgentStatus.Server.StandardServices;

/// <summary>
/// Whether this server serves, as health says it: NOT_SERVING until told otherwise, and NOT_SERVING for good from the
/// moment it stops. The server as a whole ("") and its one service always agree. Any thread may call anything here.
/// </summary>
internal sealed class ServingState
{
    /// <summary>The names that health knows: the server as a whole, and its service.</summary>
    public static readonly IReadOnlyList<string> Services = ["", AgentStatusService.Descriptor.FullName];

    private readonly Lock _gate = new();
    private volatile Stage _present = new(ServingStatus.NotServing);

    /// <param name="stopping">Once cancelled, the state is NOT_SERVING for good and every watch ends.</param>
    public ServingState(CancellationToken stopping) => stopping.Register(Stop);

    public ServingStatus Present => _present.Status;

    /// <summary>Watchers see every change; the present status again, or any after the stop, changes nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither SERVING nor NOT_SERVING.</exception>
    public void Set(ServingStatus status)
    {
        if (status is not (ServingStatus.Serving or ServingStatus.NotServing))
            throw new ArgumentOutOfRangeException(nameof(status), status, "A server is SERVING or NOT_SERVING.");

        lock (_gate)
            Advance_NeedsGate(status);
    }

    /// <summary>The present status, then each later one, none left out; ends when the server stops.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async IAsyncEnumerable<ServingStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var stage = _present; stage is not null; stage = await stage.Next.Task.WaitAsync(cancellation))
            yield return stage.Status;
    }

    private void Stop()
    {
        lock (_gate)
        {
            Advance_NeedsGate(ServingStatus.NotServing);
            _present.Next.TrySetResult(null);
        }
    }

    private void Advance_NeedsGate(ServingStatus status)
    {
        var past = _present;
        if (past.Status == status || past.Next.Task.IsCompleted)
            return;

        _present = new Stage(status);
        past.Next.SetResult(_present);
    }

    // A list that grows at its end: each watcher stands on a stage and waits for the next, so that none is missed and
    // stages behind the last watcher are garbage. No next (null) is the end: the server has stopped.
    private sealed class Stage(ServingStatus status)
    {
        public ServingStatus Status { get; } = status;

        public TaskCompletionSource<Stage?> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
