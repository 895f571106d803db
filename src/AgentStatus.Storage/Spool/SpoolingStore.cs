using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Spool;

/// <summary>
/// A shared store that goes on taking events while it does not answer: they go to a spool on this machine's disk and
/// from there into the store when it is back.
/// </summary>
/// <remarks>
/// <para>
/// A write that the store does not confirm opens the circuit: from then on events go to the spool at once,
/// everything else throws <see cref="StoreUnreachableException"/> at once, and the store is probed every second
/// until it answers. Until <see cref="Connect"/> it is the same.
/// </para>
/// <para>
/// <see cref="ReadEvents"/> knows the spooled events too. <see cref="ReadMemory"/> does not: whoever fills memory adds
/// <see cref="ReadSpooled"/>, or drains first.
/// </para>
/// <para>
/// While events are in the spool, an event with an id of theirs is compared with them and not with the store, which
/// may hold another one under that id: the drain finds out.
/// </para>
/// </remarks>
public sealed class SpoolingStore : ISharedStore
{
    private readonly Lock _connecting = new();
    private readonly SpoolFile _spool;
    private readonly Func<ISharedStore> _connect;
    private readonly TimeProvider _clock;
    private readonly Circuit _circuit;
    private readonly long _openedAt;
    private volatile ISharedStore? _store;
    private bool _disposed;
    private long _rejectedTotal;

    private SpoolingStore(SpoolFile spool, Func<ISharedStore> connect, TimeProvider clock, TimeSpan probeInterval)
    {
        (_spool, _connect, _clock, _openedAt) = (spool, connect, clock, clock.GetTimestamp());
        _circuit = new(() => _store!.Probe(), probeInterval, clock);
    }

    /// <summary>
    /// The store stopped answering. On the thread that found out, and in turn with <see cref="Recovered"/>; a
    /// handler may neither wait nor call the store.
    /// </summary>
    public event Action<StoreUnreachableException> Degraded
    {
        add => _circuit.Opened += value;
        remove => _circuit.Opened -= value;
    }

    /// <summary>The store answers again, after so long. Events may still be in the spool.</summary>
    public event Action<TimeSpan> Recovered
    {
        add => _circuit.Closed += value;
        remove => _circuit.Closed -= value;
    }

    /// <summary>Whether the store has been reached since the start.</summary>
    public bool IsConnected => _store is not null;

    /// <summary>Whether the store is asked: it was reached, and answered last.</summary>
    public bool IsReachable => IsConnected && _circuit.Failure is null;

    /// <summary>
    /// How long the store has not answered, or since the start was not reached; null where it answers.
    /// </summary>
    public TimeSpan? DegradedFor => IsConnected ? _circuit.OpenFor : _clock.GetElapsedTime(_openedAt);

    /// <summary>Events in the spool.</summary>
    public long SpooledCount => _spool.Count;

    /// <summary>What the spool takes of its limit, in bytes; never 0.</summary>
    public long SpooledBytes => _spool.Bytes;

    /// <summary>Events that drains rejected since the start.</summary>
    public long RejectedTotal => Volatile.Read(ref _rejectedTotal);

    /// <inheritdoc/>
    public string Description => $"{_store?.Description ?? "a store that is not reached yet"}, spool in {_spool.Path}";

    /// <summary>Opens the spool. The store is not asked yet: see <see cref="Connect"/>.</summary>
    /// <param name="directory">The spool's directory; made where it is missing, locked while the store is open.</param>
    /// <param name="connect">Opens the store, whose batches add at once. This one disposes it.</param>
    /// <param name="clock">Tells when events were rejected, and how long an outage lasted.</param>
    /// <param name="limitBytes">From which size on the spool takes no more.</param>
    /// <param name="probeInterval">How often a store that does not answer is probed; null: the usual interval.</param>
    /// <exception cref="StoreException">The spool cannot be opened.</exception>
    public static SpoolingStore Open(
        string directory,
        Func<ISharedStore> connect,
        TimeProvider clock,
        long limitBytes = Limits.SpoolBytes,
        TimeSpan? probeInterval = null) =>
        new(SpoolFile.Open(directory, limitBytes), connect, clock, probeInterval ?? Limits.ProbeInterval);

    /// <summary>Opens the store; does nothing where that has been done. Any thread, also while others append.</summary>
    /// <exception cref="StoreUnreachableException">It does not answer: call again.</exception>
    /// <exception cref="StoreException">It refuses.</exception>
    public void Connect()
    {
        lock (_connecting)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _store ??= _connect();
        }
    }

    /// <inheritdoc/>
    /// <remarks>While the store does not answer, a reading fails at once.</remarks>
    public IChangeFeed Follow() => new WatchedFeed(Ask(store => store.Follow()), _circuit);

    /// <inheritdoc/>
    public void Probe() => (_store ?? throw NotConnected()).Probe();

    /// <inheritdoc/>
    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) => Reachable().AddRejected(rejected);

    /// <summary>The store's events and the spooled ones; one that is in both counts as the store has it.</summary>
    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) => Ask(store =>
        EventMerge.Read(_spool, agent, fromMs, toMs, () => store.ReadEvents(agent, fromMs, toMs)));

    /// <summary>What the store has, without what is in the spool.</summary>
    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) => Ask(store => store.ReadMemory(horizonMs));

    /// <inheritdoc/>
    public IEnumerable<StoredHours> ReadHours() => Ask(store => store.ReadHours());

    /// <inheritdoc/>
    public IReadOnlyList<OfflinePeriod> ReadOfflinePeriods(AgentKey agent, long fromMs) =>
        Ask(store => store.ReadOfflinePeriods(agent, fromMs));

    /// <inheritdoc/>
    public ILookup<AgentKey, OfflinePeriod> ReadOfflinePeriodsOf(IReadOnlyCollection<AgentKey> agents, long afterMs) =>
        Ask(store => store.ReadOfflinePeriodsOf(agents, afterMs));

    /// <inheritdoc/>
    public IReadOnlyList<long> FindAgentsWithStalePeriods(long companyId, long hoursInForceFromMs) =>
        Ask(store => store.FindAgentsWithStalePeriods(companyId, hoursInForceFromMs));

    /// <summary>
    /// All spooled events, oldest first. Lazily: those that come or go meanwhile may be among them or not.
    /// </summary>
    public IEnumerable<EventToAppend> ReadSpooled() => _spool.ReadAll().Select(spooled => spooled.ToAppend);

    /// <summary>
    /// Begins a batch, which never throws because the store does not answer, but where it is asked for more than to
    /// take events.
    /// </summary>
    public IStoreBatch BeginBatch() => new SpoolingBatch(_spool, TryBeginStoreBatch(), _circuit);

    /// <summary>
    /// Takes up to so many events from the spool into the store, oldest first. Nothing where the store does not
    /// answer. The writer's thread only, between batches.
    /// </summary>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    public DrainResult Drain(int most)
    {
        if (!IsReachable || _spool.Count == 0)
            return DrainResult.Nothing;
        try
        {
            var result = new Drain(_spool, _store!, _clock).Run(most);
            Interlocked.Add(ref _rejectedTotal, result.Rejected.Count);
            return result;
        }
        catch (StoreUnreachableException failure)
        {
            _circuit.Open(failure);
            return DrainResult.Nothing;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_connecting)
        {
            _disposed = true;
            _circuit.Dispose();
            _store?.Dispose();
            _spool.Dispose();
        }
    }

    private static StoreUnreachableException NotConnected() => new("The store has not been reached since the start.");

    private IStoreBatch? TryBeginStoreBatch()
    {
        if (!IsReachable)
            return null;
        try
        {
            var batch = _store!.BeginBatch();
            return batch.AddsAtOnce
                ? batch
                : throw new InvalidOperationException("The store's batches do not add at once.");
        }
        catch (StoreUnreachableException failure)
        {
            _circuit.Open(failure);
            return null;
        }
    }

    private ISharedStore Reachable()
    {
        var store = _store ?? throw NotConnected();
        return _circuit.Failure is { } failure ? throw new StoreUnreachableException(failure.Message, failure) : store;
    }

    private T Ask<T>(Func<ISharedStore, T> question)
    {
        var store = Reachable();
        try
        {
            return question(store);
        }
        catch (StoreUnreachableException)
        {
            _circuit.Suspect();
            throw;
        }
    }
}
