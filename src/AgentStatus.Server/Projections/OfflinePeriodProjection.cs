using System.Collections.Concurrent;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Projections;

/// <summary>Keeps the stored offline periods equal to what timelines and hours versions say, on a thread of its own:
/// writes those of agents that change, and saves checkpoints from which another server can go on. Of several servers
/// the one that has the lease does it. Nobody waits for it, and what fails here fails here alone.</summary>
internal sealed class OfflinePeriodProjection(
    PeriodWriter periods,
    TimelineIndex timelines,
    CompanyHours hours,
    StatusWriter writer,
    IStatusStore store,
    Instruments instruments,
    ILogger<OfflinePeriodProjection> logger,
    TimeProvider clock) : IDisposable
{
    private readonly ConcurrentQueue<PeriodRebuild> _rebuilds = new();

    /// <summary>By company, 0 for all: asked for and not done.</summary>
    private readonly ConcurrentDictionary<long, PeriodRebuild> _asked = new(IdComparer.Instance);
    private readonly AutoResetEvent _woken = new(false);
    private readonly CancellationTokenSource _stop = new();
    private readonly Repeats _failures = new(clock);
    private Thread? _thread;
    private volatile bool _isOwner;
    private long _epoch;
    private long? _renewedAt;
    private Task<IReadOnlyList<ServerNumber>?>? _shownThrough;
    private IReadOnlyList<ServerNumber> _checkpoint = [];
    private bool _hasLowered;
    private bool _hasMore;

    /// <summary>Whether this server writes the periods.</summary>
    public bool IsOwner => _isOwner;

    /// <summary>Begins, when memory is warm; does nothing the second time.</summary>
    public void Start()
    {
        if (_thread is not null) return;
        timelines.Changed += Note;
        hours.Added += NoteHours;
        instruments.ObserveProjection(() => _isOwner, () => _isOwner ? periods.Lag : TimeSpan.Zero);
        _thread = new Thread(Run) { Name = "offline-periods", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Asks to have the periods of a company's agents, or of all, computed anew from their first event on.
    /// This server takes the ownership for it. Who asks while the same is under way joins that: however often it is
    /// asked for, it is done once at a time.</summary>
    public PeriodRebuild Rebuild(long? companyId)
    {
        var rebuild = new PeriodRebuild(companyId);
        var asked = _asked.GetOrAdd(companyId ?? 0, rebuild);
        if (asked != rebuild) return asked;
        rebuild.Done.ContinueWith(
            _ => _asked.TryRemove(companyId ?? 0, out var _), TaskContinuationOptions.ExecuteSynchronously);
        _rebuilds.Enqueue(rebuild);
        _woken.Set();
        return rebuild;
    }

    /// <summary>Writes what is left, and gives the lease back. After the writer has ended.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;
        _stop.Cancel();
        _thread?.Join();
        timelines.Changed -= Note;
        hours.Added -= NoteHours;
        periods.Clear();
        while (_rebuilds.TryDequeue(out var rebuild)) rebuild.Fail(new StoreException("The server stops."));
    }

    private void Note(TimelineChange change)
    {
        if (_isOwner) periods.Note(change);
    }

    private void NoteHours(long companyId)
    {
        if (_isOwner) periods.NoteHours(companyId);
    }

    private void Run()
    {
        WaitHandle[] stopOrWoken = [_stop.Token.WaitHandle, _woken];
        do Try(Work);
        while (WaitHandle.WaitAny(stopOrWoken, _hasMore ? TimeSpan.Zero : ServerLimits.ProjectionInterval) != 0);
        Try(Finish);
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure)
        {
            // That the store is out of reach says who watches it; the next round tries again.
            _hasMore = false;
            if (failure is not StoreUnreachableException && _failures.Count() is { } times)
                Log.ProjectionFailed(logger, failure.Message, times, failure is StoreException ? null : failure);
            _stop.Token.WaitHandle.WaitOne(ServerLimits.ProjectionInterval);
        }
    }

    private bool IsRenewalDue =>
        _renewedAt is not { } renewedAt || clock.GetElapsedTime(renewedAt) >= StorageLimits.LeaseRenewal;

    private void Work()
    {
        var isRenewal = IsRenewalDue;
        if (isRenewal || !_rebuilds.IsEmpty) RenewOwnership();
        if (!_isOwner) return;
        if (isRenewal || !_hasLowered) _shownThrough ??= writer.FindShownThroughAsync();
        if (isRenewal) periods.Backlog.AddLateWrites(_epoch);

        // Asked for before the changes are taken: whatever was shown by then is among them.
        var through = _shownThrough is { IsCompleted: true } ? TakeShownThrough() : null;
        if (!_hasLowered && (through is null || !Lower(through))) return;
        var outcome = periods.Write(_epoch, () => _stop.IsCancellationRequested || IsRenewalDue);
        _hasMore = outcome == WriteOutcome.HasMore;
        if (outcome == WriteOutcome.NotOwner) Lose();
        else if (outcome == WriteOutcome.Written && through is not null) Save(through);
    }

    /// <summary>Once, before the first write; false: this server is not the owner any more.</summary>
    private bool Lower(IReadOnlyList<ServerNumber> shownThrough)
    {
        _hasLowered = store.OfflinePeriods.LowerCheckpoint(_epoch, shownThrough);
        if (!_hasLowered) Lose();
        return _hasLowered;
    }

    private void Finish()
    {
        if (!_isOwner) return;
        var through = writer.FindShownThroughAsync().GetAwaiter().GetResult();
        if (_hasLowered || (through is not null && Lower(through)))
        {
            var begunAt = clock.GetTimestamp();
            bool IsOver() => clock.GetElapsedTime(begunAt) > StorageLimits.LeaseRenewal;
            WriteOutcome outcome;
            do outcome = periods.Write(_epoch, IsOver);
            while (outcome == WriteOutcome.HasMore && !IsOver());
            if (outcome == WriteOutcome.Written && through is not null) Save(through);
        }

        _isOwner = false;
        store.OfflinePeriods.Release();
    }

    private IReadOnlyList<ServerNumber>? TakeShownThrough()
    {
        var asked = _shownThrough!;
        _shownThrough = null;
        return asked.GetAwaiter().GetResult();
    }

    /// <summary>Takes or renews the lease. Who has it newly begins with what the last checkpoint leaves open; changes
    /// are noted from before that is read, so that none is missed.</summary>
    private void RenewOwnership()
    {
        _renewedAt = clock.GetTimestamp();
        var epoch = store.OfflinePeriods.TryOwn(force: !_rebuilds.IsEmpty);
        if (_isOwner && epoch != _epoch) Lose();
        if (epoch is not { } owned) return;
        if (!_isOwner)
        {
            (_isOwner, _epoch) = (true, owned);
            try
            {
                periods.Begin();
            }
            catch
            {
                Forget();
                throw;
            }

            Log.ProjectionOwned(logger, owned, periods.Backlog.Count);
        }

        while (_rebuilds.TryDequeue(out var rebuild)) periods.Backlog.AddAll(rebuild);
    }

    private void Save(IReadOnlyList<ServerNumber> through)
    {
        if (through.SequenceEqual(_checkpoint)) return;
        if (store.OfflinePeriods.SaveCheckpoint(_epoch, through)) _checkpoint = through;
        else Lose();
    }

    private void Lose()
    {
        Forget();
        Log.ProjectionLost(logger, _epoch);
    }

    private void Forget()
    {
        _isOwner = false;
        periods.Clear();
        (_checkpoint, _shownThrough, _hasLowered) = ([], null, false);
    }
}
