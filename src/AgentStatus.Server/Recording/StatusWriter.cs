using System.Collections.Concurrent;
using System.Threading.Channels;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>The one writer: takes whatever has queued up since its last batch, records it with one commit, and does
/// maintenance between batches. Events, hours versions and memory change on its thread alone.</summary>
internal sealed class StatusWriter(
    EventBatch events,
    CallStepQueue steps,
    WriterMaintenance maintenance,
    TimelineRebuilds rebuilds,
    WriteAdmission admission,
    Instruments instruments,
    ILogger<StatusWriter> logger,
    TimeProvider clock) : IDisposable
{
    private readonly Channel<RecordCommand?> _queue = Channel.CreateBounded<RecordCommand?>(
        new BoundedChannelOptions(ServerLimits.QueuedWrites) { SingleReader = true });

    private readonly ConcurrentQueue<Action> _requests = new();
    private readonly List<Func<bool, bool>> _portions = [];
    private readonly List<RecordCommand> _batch = [];
    private readonly AutoResetEvent _woken = new(false);
    private Thread? _thread;
    private ITimer? _ticks;
    private volatile bool _tickDue;
    private volatile bool _hasEnded;
    private readonly Repeats _slowWriters = new(clock);
    private readonly Repeats _slowBatches = new(clock);
    private readonly Repeats _failedMaintenance = new(clock);
    private long _batchQueuedAt;
    private bool _failing;
    private int _wakeQueued;

    /// <summary>A batch was not recorded (false), or one was after that (true). The writer's thread.</summary>
    public event Action<bool>? RecordingChanged;

    /// <summary>Writes that wait, rings to keep among them, give or take a wake-up.</summary>
    public int Queued => _queue.Reader.Count + steps.Queued;

    /// <summary>How long the write has waited that has waited longest, the batch under way included.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var queuedAt = Volatile.Read(ref _batchQueuedAt);
            if (queuedAt == 0 && _queue.Reader.TryPeek(out var next)) queuedAt = next?.QueuedAt ?? 0;
            if (steps.OldestQueuedAt is > 0 and var ringAt && (queuedAt == 0 || ringAt < queuedAt)) queuedAt = ringAt;
            return queuedAt == 0 ? TimeSpan.Zero : clock.GetElapsedTime(queuedAt);
        }
    }

    /// <summary>Whether events are taken.</summary>
    public bool IsTaking { get; private set; }

    /// <summary>Begins to write; before memory is warm, events are made durable and no more. Does nothing the second
    /// time.</summary>
    public void Start()
    {
        if (IsTaking) return;
        instruments.ObserveQueue(() => Queued, () => admission.Most, () => OldestAge);
        rebuilds.Done += Wake;
        steps.Added += Wake;
        var thread = new Thread(Run) { Name = "status-writer" };
        thread.Start();

        // A start that fails meanwhile, such as at a port that is taken, joins what has begun alone.
        _thread = thread;
        var interval = ServerLimits.MaintenanceInterval;
        _ticks = clock.CreateTimer(_ => Tick(), null, interval, interval);
        IsTaking = true;
    }

    /// <summary>Adds work to be done between batches, in portions of milliseconds. Before
    /// <see cref="Start"/>.</summary>
    /// <param name="portion">Is told whether <see cref="ServerLimits.MaintenanceInterval"/> has passed; gives whether
    /// there is more to do at once.</param>
    public void AddMaintenance(Func<bool, bool> portion) => _portions.Add(portion);

    /// <summary>Queues an event; false if the queue is full or closed. Any thread.</summary>
    public bool TryRecord(RecordCommand command)
    {
        command.QueuedAt = clock.GetTimestamp();
        return _queue.Writer.TryWrite(command);
    }

    /// <summary>See <see cref="WriterMaintenance.RecordHours"/>. Any thread.</summary>
    public Task<HoursHistory> RecordHoursAsync(
        long companyId, BusinessHours hours, HoursHistory? known, CancellationToken cancellation)
    {
        var json = hours.ToJson();
        return RequestAsync(
            () => maintenance.RecordHours(companyId, hours, json, known, clock.NowMs()), cancellation);
    }

    /// <summary>Makes memory complete, and then runs <paramref name="complete"/> before the next batch.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task CompleteMemoryAsync(Action complete, CancellationToken cancellation) =>
        RequestAsync(maintenance.CompleteMemory + complete, cancellation);

    /// <summary>Has something done on the writer's thread.</summary>
    public Task RunAsync(Action work, CancellationToken cancellation) => RequestAsync(work, cancellation);

    /// <summary>See <see cref="EventBatch.ShowAsync"/>. Any thread.</summary>
    public Task ShowAsync(
        IReadOnlyList<StatusEvent> stored, IReadOnlyList<StatusEvent> retracted, CancellationToken cancellation) =>
        RequestAsync(() => events.ShowAsync(stored, retracted), cancellation).Unwrap();

    /// <summary>See <see cref="EventBatch.RetractAsync"/>. Any thread.</summary>
    public Task<RetractResult> RetractAsync(Retraction retraction) =>
        RequestAsync(() => events.RetractAsync(retraction), CancellationToken.None).Unwrap();

    /// <summary>See <see cref="WriterMaintenance.AddFollowed"/>. Any thread.</summary>
    public Task AddFollowedAsync(
        IReadOnlyList<NumberedHours> hours, IReadOnlyList<ServerNumber> shownThrough, CancellationToken cancellation) =>
        RequestAsync(() => maintenance.AddFollowed(hours, shownThrough), cancellation);

    /// <summary>See <see cref="WriterMaintenance.FindShownThroughAsync"/>. Any thread.</summary>
    public Task<IReadOnlyList<ServerNumber>?> FindShownThroughAsync() =>
        RequestAsync(maintenance.FindShownThroughAsync, CancellationToken.None).Unwrap();

    /// <summary>See <see cref="WriterMaintenance.ResolveSince"/>. Any thread.</summary>
    public void ResolveSince(AgentKey agent) => Request(() => maintenance.ResolveSince(agent));

    /// <summary>Takes no more, finishes what is queued, and returns when it is done.</summary>
    public void Dispose()
    {
        _ticks?.Dispose();
        if (_queue.Writer.TryComplete()) _thread?.Join();
        _hasEnded = true;
    }

    private Task RequestAsync(Action work, CancellationToken cancellation)
    {
        var done = new Task(work, TaskCreationOptions.RunContinuationsAsynchronously);
        Request(done.RunSynchronously);
        return done.WaitAsync(cancellation);
    }

    /// <summary>Has something done on the writer's thread, and gives its result or failure.</summary>
    private Task<T> RequestAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        var answer = new Task<T>(work, TaskCreationOptions.RunContinuationsAsynchronously);
        Request(answer.RunSynchronously);
        return answer.WaitAsync(cancellation);
    }

    /// <summary>After the writer's end there is no thread to wait for: what is asked then is done at once.</summary>
    private void Request(Action request)
    {
        if (_hasEnded)
        {
            request();
            return;
        }

        _requests.Enqueue(request);
        Wake();
    }

    private void Tick()
    {
        _tickDue = true;
        Wake();
        if (OldestAge is var age && age > ServerLimits.SlowWrite && _slowWriters.Count() is { } times)
            Log.WriterSlow(logger, age.TotalSeconds, Queued, times);
    }

    /// <summary>At most one wake-up waits in the queue: however many ask, they take no places of writes. A full queue
    /// needs no waking.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _wakeQueued, 1) == 0 && !_queue.Writer.TryWrite(null))
            Volatile.Write(ref _wakeQueued, 0);
    }

    private void Run()
    {
        while (WaitToRead())
        {
            _batch.Clear();
            while (_batch.Count < ServerLimits.BatchWrites && _queue.Reader.TryRead(out var command))
            {
                // What was asked for before is done below; who asks from now on wakes the writer anew.
                if (command is null) Volatile.Write(ref _wakeQueued, 0);
                else _batch.Add(command);
            }

            if (_batch.Count > 0) RecordBatch();
            Volatile.Write(ref _batchQueuedAt, 0);
            if (steps.KeepNext(clock.NowMs())) Wake();
            Maintain();
        }

        steps.Close(clock.NowMs);
        rebuilds.Stop();
    }

    /// <summary>Sleeps until there is something to do; false at the end. A task's own wait would spin first, a tenth of
    /// what a batch costs, on a core that callers could have. That it is a pool thread which wakes this one is meant:
    /// until it gets to it, others of a burst come into the same batch.</summary>
    private bool WaitToRead()
    {
        var ready = _queue.Reader.WaitToReadAsync().GetAwaiter();
        if (!ready.IsCompleted)
        {
            ready.UnsafeOnCompleted(() => _woken.Set());
            _woken.WaitOne();
        }

        return ready.GetResult();
    }

    private void RecordBatch()
    {
        Volatile.Write(ref _batchQueuedAt, _batch[0].QueuedAt);
        var started = clock.GetTimestamp();
        try
        {
            events.Record(_batch, clock.NowMs());
            if (_failing)
            {
                Log.RecordingAgain(logger);
                RecordingChanged?.Invoke(true);
            }

            _failing = false;
        }
        catch (Exception failure)
        {
            // Whatever it was, the callers wait and the next batch may do better.
            if (!_failing || failure is not StoreException)
                Log.BatchFailed(logger, _batch.Count, failure.Message, Log.Ours(failure));
            _failing = true;
            RecordingChanged?.Invoke(false);
            var told = failure as StoreException ?? new StoreException("the event could not be recorded", failure);
            foreach (var command in _batch) command.Fail(told);
        }

        var elapsed = clock.GetElapsedTime(started);
        admission.Learn(_batch.Count, elapsed);
        instruments.Recorded(_batch.Count, elapsed, isSlow: elapsed > ServerLimits.SlowWrite);
        if (elapsed > ServerLimits.SlowWrite && _slowBatches.Count() is { } times)
            Log.BatchSlow(logger, _batch.Count, elapsed.TotalSeconds, times);
    }

    /// <summary>A little maintenance between two batches; more of it wakes the writer again.</summary>
    private void Maintain()
    {
        try
        {
            if (_requests.TryDequeue(out var request)) request();
            var due = _tickDue;
            _tickDue = false;
            var hasMore = maintenance.Work(due, clock.NowMs());
            foreach (var portion in _portions) hasMore |= portion(due);
            if (hasMore || !_requests.IsEmpty) Wake();
        }
        catch (StoreUnreachableException)
        {
            // Said by whoever watches the store; the next tick tries again.
        }
        catch (Exception failure)
        {
            if (_failedMaintenance.Count() is { } times)
                Log.MaintenanceFailed(logger, failure.Message, times, Log.Ours(failure));
        }
    }
}
