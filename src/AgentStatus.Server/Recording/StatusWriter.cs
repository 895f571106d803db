using System.Collections.Concurrent;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>The one writer: records what has queued up since its last round, events, retractions and rings with a
/// commit each, and does maintenance between. Events, hours versions and memory change on its thread alone.</summary>
internal sealed class StatusWriter(
    EventQueue events,
    RetractionQueue retractions,
    CallStepQueue steps,
    WriterMaintenance maintenance,
    TimelineRebuilds rebuilds,
    WriteAdmission admission,
    Instruments instruments,
    ILogger<StatusWriter> logger,
    TimeProvider clock) : IDisposable
{
    private const int Working = 0;
    private const int Asleep = 1;
    private const int Woken = 2;

    private readonly ConcurrentQueue<Action> _requests = new();
    private readonly List<Func<bool, bool>> _portions = [];
    private readonly AutoResetEvent _woken = new(false);
    private Thread? _thread;
    private ITimer? _ticks;
    private volatile bool _tickDue;
    private volatile bool _isStopping;
    private volatile bool _hasEnded;
    private readonly Repeats _slowWriters = new(clock);
    private readonly Repeats _failedMaintenance = new(clock);
    private int _state;

    /// <summary>Writes that wait, retractions and rings to keep among them.</summary>
    public int Queued => events.Queued + retractions.Queued + steps.Queued;

    /// <summary>How long the write has waited that has waited longest, the batch under way included.</summary>
    public TimeSpan OldestAge
    {
        get
        {
            var queuedAt = events.OldestQueuedAt;
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
        events.Added += Wake;
        _thread = new Thread(Run) { Name = "status-writer" };
        _thread.Start();
        var interval = ServerLimits.MaintenanceInterval;
        _ticks = clock.CreateTimer(_ => Tick(), null, interval, interval);
        IsTaking = true;
    }

    /// <summary>Adds work to be done between batches, in portions of milliseconds. Before
    /// <see cref="Start"/>.</summary>
    /// <param name="portion">Is told whether <see cref="ServerLimits.MaintenanceInterval"/> has passed; gives whether
    /// there is more to do at once.</param>
    public void AddMaintenance(Func<bool, bool> portion) => _portions.Add(portion);

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

    /// <summary>See <see cref="EventQueue.ShowAsync"/>. Any thread.</summary>
    public Task ShowAsync(
        IReadOnlyList<StatusEvent> stored, IReadOnlyList<StatusEvent> retracted, CancellationToken cancellation) =>
        RequestAsync(() => events.ShowAsync(stored, retracted), cancellation).Unwrap();

    /// <summary>See <see cref="RetractionQueue.AddAsync"/>. Any thread.</summary>
    public Task<RetractResult> RetractAsync(Retraction retraction)
    {
        var answer = retractions.AddAsync(retraction);
        Request(retractions.RetractNext);
        return answer;
    }

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
        _isStopping = true;
        Wake();
        _thread?.Join();
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

    /// <summary>Has the writer look for work once more. That a pool thread wakes it from its sleep is meant: until it
    /// gets to it, others of a burst come into the same batch.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _state, Woken) == Asleep)
            ThreadPool.UnsafeQueueUserWorkItem(static woken => woken.Set(), _woken, preferLocal: false);
    }

    private void Run()
    {
        while (true)
        {
            // Who wakes it from now on may come too late for this round, and gets another one.
            Interlocked.Exchange(ref _state, Working);
            if (_isStopping) break;
            var hasMore = events.RecordNext(clock.NowMs());
            hasMore |= steps.KeepNext(clock.NowMs());
            hasMore |= Maintain();
            if (!hasMore && Interlocked.CompareExchange(ref _state, Asleep, Working) == Working) _woken.WaitOne();
        }

        events.Close();
        steps.Close(clock.NowMs);
        rebuilds.Stop();
    }

    /// <summary>A little maintenance between two batches; true if there is more.</summary>
    private bool Maintain()
    {
        try
        {
            if (_requests.TryDequeue(out var request)) request();
            var due = _tickDue;
            _tickDue = false;
            var hasMore = maintenance.Work(due, clock.NowMs());
            foreach (var portion in _portions) hasMore |= portion(due);
            return hasMore || !_requests.IsEmpty;
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

        return false;
    }
}
