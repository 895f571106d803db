using AgentStatus.Core.Timelines;

namespace AgentStatus.Storage.Spool;

/// <summary>A shared store that goes on taking events while it does not answer: they go to a spool on this machine's
/// disk and from there into the store when it is back.</summary>
/// <remarks>A write that the store does not confirm opens the circuit: from then on events go to the spool at once,
/// everything else throws <see cref="StoreUnreachableException"/> at once, and the store is probed every second until
/// it answers. Until <see cref="Connect"/> it is the same. While events are in the spool, an event with an id of theirs
/// is compared with them and not with the store, which may hold another one under that id: the drain finds
/// out.</remarks>
public sealed class SpoolingStore : IStatusStore, ISharedStore, ISpool
{
    private readonly SpoolFile _spool;
    private readonly ReachableStore _store;
    private readonly TimeProvider _clock;
    private readonly Backoff _drains;
    private readonly Retractions _unconnected = new();
    private long _mostDrained = int.MaxValue;

    private SpoolingStore(SpoolFile spool, Func<IStatusStore> connect, TimeProvider clock, TimeSpan probeInterval)
    {
        (_spool, _clock) = (spool, clock);
        _store = new(connect, clock, probeInterval);
        _drains = new(probeInterval, clock);
        OfflinePeriods = new ReachablePeriods(_store);
        CallSteps = new SpoolingSteps(spool, _store, new(probeInterval, clock));
        Audit = new ReachableAuditLog(_store);
        Retention = new ReachableRetention(_store);
        Erasure = new ReachableErasure(_store, spool);
    }

    public event Action<StoreUnreachableException> Degraded
    {
        add => _store.Circuit.Opened += value;
        remove => _store.Circuit.Opened -= value;
    }

    public event Action<TimeSpan> Recovered
    {
        add => _store.Circuit.Closed += value;
        remove => _store.Circuit.Closed -= value;
    }

    public event Action<StoreUnreachableException> ReadFailed
    {
        add => _store.ReadFailed += value;
        remove => _store.ReadFailed -= value;
    }

    public string Description =>
        $"{_store.Connected?.Description ?? "a store that is not reached yet"}, spool in {_spool.Path}";

    public IOfflinePeriodStore OfflinePeriods { get; }

    public ICallStepStore CallSteps { get; }

    public IAuditStore Audit { get; }

    public IRetentionStore Retention { get; }

    public IErasureStore Erasure { get; }

    public ISharedStore Shared => this;

    public ISpool Spool => this;

    public IStoreFile File => _spool.File;

    public ServerNumber StoredThrough => _store.Ask(store => store.StoredThrough);

    public bool IsReachable => _store.IsReachable;

    public TimeSpan? DegradedFor => _store.AwayFor;

    public long SpooledCount => _spool.Count + _spool.RetractionCount;

    /// <inheritdoc/>
    /// <remarks>The store's own, with those in the spool; none before it is connected.</remarks>
    public Retractions Retractions => _store.Connected?.Retractions ?? _unconnected;

    public long SpooledBytes => _spool.Bytes;

    /// <summary>Opens the spool. The store is not asked yet: see <see cref="Connect"/>.</summary>
    /// <param name="directory">The spool's directory; made where it is missing, locked while the store is open.</param>
    /// <param name="connect">Opens the shared store. This one disposes it.</param>
    /// <param name="clock">Tells when events were rejected, and how long an outage lasted.</param>
    /// <param name="limitBytes">From which size on the spool takes no more.</param>
    /// <param name="probeInterval">How often a store that does not answer is probed; null: the usual interval.</param>
    /// <param name="companies">The server's; null: all.</param>
    /// <exception cref="StoreException">The spool cannot be opened, or has something of other companies: their servers
    /// do not follow what this one stores.</exception>
    public static SpoolingStore Open(
        string directory,
        Func<IStatusStore> connect,
        TimeProvider clock,
        long limitBytes = StorageLimits.SpoolBytes,
        TimeSpan? probeInterval = null,
        CompanyPartition? companies = null)
    {
        var spool = SpoolFile.Open(directory, limitBytes);
        try
        {
            if (companies is { IsWhole: false }
                && spool.Companies().FirstOrDefault(id => !companies.Contains(id)) is > 0 and var other)
                throw new StoreException(
                    $"The spool {spool.Path} has something of company {other}, which is not in partition {companies}: "
                    + "start the server on it with its former partition until the spool is empty.");
            return new(spool, Connect, clock, probeInterval ?? StorageLimits.ProbeInterval);
        }
        catch
        {
            spool.Dispose();
            throw;
        }

        IStatusStore Connect()
        {
            var store = connect();
            store.Erasure.AnswerFor(EarlierRuns.Add(directory, store.StoredThrough.ServerId));
            return store;
        }
    }

    public void Connect() => _store.Connect();

    /// <inheritdoc/>
    /// <remarks>While the store does not answer, a reading fails at once.</remarks>
    public IChangeFeed Follow() =>
        new ReachableFeed(_store.Ask(store => ReachableStore.SharedOf(store).Follow()), _store);

    public void Probe() => _store.Ask(store => ReachableStore.SharedOf(store).Probe());

    public void AddRejected(IReadOnlyList<RejectedEvent> rejected) =>
        _store.Ask(store => ReachableStore.SharedOf(store).AddRejected(rejected));

    /// <summary>The store's events and the spooled ones; one that is in both counts as the store has it.</summary>
    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs)
    {
        // The spool is asked first: an event that moves from there to the store meanwhile is then found in both rather
        // than in none.
        var spooled = ReadSpooled(agent).Select(one => one.Event).Where(one => !Retractions.Contains(one)).ToList();
        var stored = _store.Ask(store => store.ReadEvents(agent, fromMs, toMs));
        return spooled.Count == 0 ? stored : Merge(stored, spooled, fromMs, toMs);
    }

    public IReadOnlyList<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most)
    {
        var spooled = ReadSpooled(agent);
        var retractions = IsReachable && _spool.RetractionCount > 0 ? _spool.ReadRetractions() : [];
        var stored = _store.Ask(store => store.ReadHistory(agent, after, toMs, most));
        if (spooled.Count + retractions.Count == 0) return stored;
        var all = stored.ToDictionary(one => one.Event.EventId);
        foreach (var one in spooled)
            if (after.IsBefore(one.Event) && one.Event.OccurredAtMs < toMs)
                all.TryAdd(one.Event.EventId, new(one.Event, one.RecordedAtMs, FindRetraction(one.Event)));
        foreach (var one in retractions.Where(one => one.CompanyId == agent.CompanyId))
            if (all.TryGetValue(one.EventId, out var e) && e.Retraction is null)
                all[one.EventId] = e with { Retraction = one };
        return [.. all.Values.OrderBy(one => one.Event, Comparer<StatusEvent>.Create(StatusEvent.Compare)).Take(most)];
    }

    public CallLimits? FindCallLimits() => _store.Ask(store => store.FindCallLimits());

    public CallLimits KeepCallLimits(CallLimits limits, bool replace) =>
        _store.Write(store => store.KeepCallLimits(limits, replace));

    public Retraction? FindRetraction(StatusEvent e) =>
        Retractions.Contains(e)
            ? _store.Ask(store => store.FindRetraction(e)) ?? _spool.FindRetraction(e.Agent.CompanyId, e.EventId)
            : null;

    public void LoadRetractions()
    {
        _store.Ask(store => store.LoadRetractions());
        foreach (var one in _spool.ReadRetractions()) Retractions.Add(one.CompanyId, one.EventId);
    }

    /// <summary>Retracts in the store, or in the spool where the store does not answer or did not confirm it. What the
    /// spool has was there first, and keeps its reason.</summary>
    /// <exception cref="StoreException">The store refused, or the spool is full.</exception>
    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions)
    {
        if (IsReachable && !IsAnySpooled(retractions))
        {
            try
            {
                return WithSpooled(retractions, _store.Write(store => store.Retract(retractions)));
            }
            catch (StoreUnreachableException)
            {
                // It may have stored some, or all: the spool takes all of them.
            }
        }

        var results = _spool.Retract(retractions);
        foreach (var one in retractions) Retractions.Add(one.CompanyId, one.EventId);
        return results;
    }

    private bool IsAnySpooled(IReadOnlyList<Retraction> retractions) =>
        _spool.RetractionCount > 0
        && retractions.Any(one => _spool.FindRetraction(one.CompanyId, one.EventId) is not null);

    /// <summary>The event of a retraction may still be on its way into the store.</summary>
    private IReadOnlyList<RetractResult> WithSpooled(
        IReadOnlyList<Retraction> retractions, IReadOnlyList<RetractResult> results) =>
        _spool.Count == 0
            ? results
            : [.. results.Zip(retractions, (result, one) => result with
            {
                Event = result.Event ?? _spool.FindEvent(one.CompanyId, one.EventId),
            })];

    private IReadOnlyList<EventToAppend> ReadSpooled(AgentKey agent) =>
        IsReachable && _spool.Count > 0 && !Erasure.UnderWay.Include(agent) ? _spool.Read(agent) : [];

    /// <summary>What the store has, without what is in the spool: whoever fills memory adds <see cref="ReadSpooled"/>,
    /// or drains first.</summary>
    public IEnumerable<AgentEvents> ReadMemory(long horizonMs) =>
        _store.Watch(_store.Ask(store => store.ReadMemory(horizonMs)));

    public IEnumerable<StoredHours> ReadHours() => _store.Ask(store => store.ReadHours());

    public IEnumerable<EventToAppend> ReadSpooled() => _spool.ReadAll().Select(spooled => spooled.ToAppend);

    /// <summary>Appends the events to the store, or to the spool where the store does not answer or did not confirm
    /// them.</summary>
    /// <exception cref="StoreException">The store refused them, or the spool is full.</exception>
    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        if (!IsReachable) return _spool.Append(events);
        return _spool.Count == 0 ? AppendNew(events) : AppendUnlessSpooled(events);
    }

    public StoredHours AddHours(StoredHours hours) => _store.Write(store => store.AddHours(hours));

    /// <inheritdoc/>
    /// <remarks>Where the store takes a portion and cannot read what stood under its ids, the next one comes later and
    /// is smaller: that may have taken too long. What is appended meanwhile does not wait for it.</remarks>
    public DrainResult Drain(int most)
    {
        if (!IsReachable || SpooledCount == 0 || !_drains.IsOver)
            return DrainResult.Nothing;
        most = (int)Math.Min(most, _mostDrained);
        try
        {
            var result = _store.Write(store => new Drain(_spool, store, _clock).Run(most));
            _drains.Succeed();
            _mostDrained = Math.Min(int.MaxValue, 2 * _mostDrained);
            return result;
        }
        catch (StoreUnreachableException failure)
        {
            if (failure.IsOfRead)
            {
                _drains.Fail();
                _mostDrained = Math.Max(1, most / 4);
            }

            return DrainResult.Nothing;
        }
    }

    public void Dispose()
    {
        _store.Dispose();
        _spool.Dispose();
    }

    /// <summary>An id that is in the spool was taken first, and keeps its place: it is not for a later event with that
    /// id to come before it.</summary>
    private AppendResult[] AppendUnlessSpooled(IReadOnlyList<EventToAppend> events)
    {
        var found = _spool.Find(events);
        var others = events.Where((_, i) => found[i] is null).ToList();
        var appended = others.Count == 0 ? [] : AppendNew(others);
        var next = 0;
        return [.. found.Select(result => result ?? appended[next++])];
    }

    /// <summary>A store that did not confirm may have stored some, or all: the spool takes all of them.</summary>
    private IReadOnlyList<AppendResult> AppendNew(IReadOnlyList<EventToAppend> events)
    {
        try
        {
            return _store.Write(store => store.Append(events));
        }
        catch (StoreUnreachableException)
        {
            return _spool.Append(events);
        }
    }

    private static List<StatusEvent> Merge(
        IReadOnlyList<StatusEvent> stored, IReadOnlyList<StatusEvent> spooled, long fromMs, long toMs)
    {
        var ids = stored.Select(one => one.EventId).ToHashSet();
        var endMs = Math.Max(fromMs, toMs);
        List<StatusEvent> all = [.. stored, .. spooled.Where(one => one.OccurredAtMs < endMs && ids.Add(one.EventId))];
        all.Sort(StatusEvent.Compare);
        var recent = all.FindIndex(one => one.OccurredAtMs >= fromMs) is >= 0 and var first ? first : all.Count;
        return [.. Preceding(all[..recent]), .. all[recent..]];
    }

    /// <summary>Of what precedes in the store, and all that precedes in the spool: both together leave behind what all
    /// events do.</summary>
    private static List<StatusEvent> Preceding(List<StatusEvent> ordered)
    {
        var preceding = new PrecedingEvents(
            ordered.GroupBy(one => one.Origin).Select(group => group.Last()),
            ordered.FindLast(one => one.Status == Status.Left));
        foreach (var one in Enumerable.Reverse(ordered).Where(one => preceding.Walk.Contains(one.Origin)))
            if (!preceding.TryAdd(one)) break;
        return preceding.InOrder();
    }
}
