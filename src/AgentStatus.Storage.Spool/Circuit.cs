namespace AgentStatus.Storage.Spool;

/// <summary>Whether a store answers. Open from a write that it did not answer until a probe that it did: meanwhile
/// nobody waits for it but the probe, on a thread of its own that lives as long as the doubt. Where it opens again and
/// again although probes are answered, the first probe comes later each time.</summary>
internal sealed class Circuit(Action probe, TimeSpan interval, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Backoff _backoff = new(interval, clock);
    private volatile StoreUnreachableException? _failure;
    private Thread? _prober;
    private long _openedAt;
    private long _answeredAt;

    /// <summary>Why the circuit is open; null where it is closed.</summary>
    public StoreUnreachableException? Failure => _failure;

    /// <summary>How long the circuit has been open; null where it is closed.</summary>
    public TimeSpan? OpenFor
    {
        get
        {
            lock (_gate)
                return _failure is null ? null : clock.GetElapsedTime(_openedAt);
        }
    }

    /// <summary>It opened, on the thread that found out. In turn with <see cref="Closed"/>; may not wait.</summary>
    public event Action<StoreUnreachableException>? Opened;

    /// <summary>It closed after so long, on the probe's thread.</summary>
    public event Action<TimeSpan>? Closed;

    /// <summary>The store did not answer. Any thread.</summary>
    public void Open(StoreUnreachableException failure)
    {
        lock (_gate)
        {
            if (_failure is null)
            {
                // What held for twice the longest wait counts as well.
                if (clock.GetElapsedTime(_answeredAt) > 2 * StorageLimits.MaxBackoff * interval) _backoff.Succeed();
                _backoff.Fail();
                (_failure, _openedAt) = (failure, clock.GetTimestamp());
                Opened?.Invoke(failure);
            }

            StartProber_NeedsLock(atOnce: false);
        }
    }

    /// <summary>A read was not answered: that may be the read's fault, and a probe finds out, unless one has lately.
    /// Any thread; does not wait.</summary>
    public void Suspect()
    {
        lock (_gate)
            if (clock.GetElapsedTime(_answeredAt) >= interval) StartProber_NeedsLock(atOnce: true);
    }

    /// <summary>Ends the probe and waits for it.</summary>
    public void Dispose()
    {
        _stop.Set();
        Thread? prober;
        lock (_gate)
            prober = _prober;
        prober?.Join();
    }

    private void StartProber_NeedsLock(bool atOnce)
    {
        if (_prober is not null || _stop.IsSet)
            return;
        _prober = new(() => Run(atOnce)) { Name = "store-probe", IsBackground = true };
        _prober.Start();
    }

    private void Run(bool atOnce)
    {
        if (!atOnce && _stop.Wait(_backoff.Wait))
            return;
        while (!Answers())
        {
            if (_stop.Wait(interval))
                return;
        }
    }

    private bool Answers()
    {
        try
        {
            probe();
            Close();
            return true;
        }
        catch (Exception failure)
        {
            // Whatever it was: a store that cannot be asked takes no writes.
            Open(failure as StoreUnreachableException ?? new(failure.Message, failure));
            return false;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            (_prober, _answeredAt) = (null, clock.GetTimestamp());
            if (_failure is null)
                return;
            _failure = null;
            Closed?.Invoke(clock.GetElapsedTime(_openedAt));
        }
    }
}
