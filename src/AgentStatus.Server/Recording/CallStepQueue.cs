using System.Collections.Concurrent;
using AgentStatus.Core.Rings;
using AgentStatus.Server.Configuration;

namespace AgentStatus.Server.Recording;

/// <summary>The rings that wait to be kept, beside the writer's events: all that have queued up become durable with one
/// commit, and then the callers are answered. Memory has nothing of them.</summary>
internal sealed class CallStepQueue(
    IStatusStore store,
    WriteAdmission admission,
    Instruments instruments,
    ILogger<CallStepQueue> logger,
    TimeProvider clock)
{
    private readonly ConcurrentQueue<KeepCommand> _queue = new();
    private readonly Lock _closing = new();
    private bool _isClosed;
    private bool _failing;
    private long _batchQueuedAt;
    private int _rings;

    /// <summary>Something was queued. The caller's thread; may not wait.</summary>
    public event Action? Added;

    /// <summary>Rings that wait.</summary>
    public int Queued => Volatile.Read(ref _rings);

    /// <summary>When those were queued that have waited longest, the batch under way included, by the clock's
    /// timestamp; 0: none wait.</summary>
    public long OldestQueuedAt
    {
        get
        {
            var queuedAt = Volatile.Read(ref _batchQueuedAt);
            return queuedAt == 0 && _queue.TryPeek(out var next) ? next.QueuedAt : queuedAt;
        }
    }

    /// <summary>Queues the rings; false if there is no room for them or the queue is closed. Any thread.</summary>
    public bool TryAdd(KeepCommand command)
    {
        lock (_closing)
        {
            if (_isClosed || _rings + command.Steps.Count > ServerLimits.QueuedRings) return false;
            Interlocked.Add(ref _rings, command.Steps.Count);
            command.QueuedAt = clock.GetTimestamp();
            _queue.Enqueue(command);
        }

        Added?.Invoke();
        return true;
    }

    /// <summary>Keeps a batch of what is queued; true if there is more. The writer's thread only.</summary>
    public bool KeepNext(long nowMs)
    {
        var batch = new List<KeepCommand>();
        var steps = new List<CallStep>();
        while (steps.Count < ServerLimits.BatchWrites && _queue.TryDequeue(out var command))
        {
            batch.Add(command);
            steps.AddRange(command.Steps.Select(step => step with { RecordedAtMs = nowMs }));
        }

        if (batch.Count == 0) return false;
        Volatile.Write(ref _batchQueuedAt, batch[0].QueuedAt);
        var started = clock.GetTimestamp();
        Keep(batch, steps);
        admission.Learn(steps.Count, clock.GetElapsedTime(started));
        Volatile.Write(ref _batchQueuedAt, 0);
        Interlocked.Add(ref _rings, -steps.Count);
        return !_queue.IsEmpty;
    }

    /// <summary>Takes no more, and keeps what is queued. The writer's thread only.</summary>
    public void Close(Func<long> nowMs)
    {
        lock (_closing) _isClosed = true;
        while (KeepNext(nowMs()))
        {
        }
    }

    private IReadOnlyList<KeepResult> KeepThoseNotErased(List<CallStep> steps)
    {
        var underWay = store.Erasure.UnderWay;
        if (underWay.All.Count == 0) return store.CallSteps.Keep(steps);
        var kept = steps.FindAll(step => !IsBeingErased(step));
        var results = kept.Count == 0 ? [] : store.CallSteps.Keep(kept);
        var next = 0;
        return steps.ConvertAll(
            step => IsBeingErased(step) ? new(step, IsRefused: false, IsBeingErased: true) : results[next++]);

        bool IsBeingErased(CallStep step) => underWay.Include(new(step.Ring.CompanyId, step.Ring.AgentId));
    }

    private void Keep(List<KeepCommand> batch, List<CallStep> steps)
    {
        try
        {
            var results = KeepThoseNotErased(steps);
            var refused = results.Count(result => result.IsRefused);
            var failed = results.Count(result => result.IsBeingErased);
            instruments.RingsKept(results.Count - refused - failed, refused, failed);
            _failing = false;
            var next = 0;
            foreach (var command in batch)
            {
                command.Succeed([.. results.Skip(next).Take(command.Steps.Count)]);
                next += command.Steps.Count;
            }
        }
        catch (Exception failure)
        {
            // Whatever it was, the callers wait and the next batch may do better.
            if (!_failing || failure is not StoreException)
                Log.StepsNotKept(logger, steps.Count, failure.Message, Log.Ours(failure));
            _failing = true;
            instruments.RingsKept(0, 0, steps.Count);
            var told = failure as StoreException ?? new StoreException("the ring could not be kept", failure);
            foreach (var command in batch) command.Fail(told);
        }
    }
}
