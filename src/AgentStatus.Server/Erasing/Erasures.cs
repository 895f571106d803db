using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Erasing;

/// <summary>Erases agents and companies (docs/rules.md, Erasing), one erasure after the other: from memory, and then
/// from the store, in portions between the writer's batches. One that an earlier run of the server began goes on.
/// Meanwhile nothing is recorded of whom it is of. Of several servers each has its memory forget, and the one that
/// writes the offline periods erases from the store when all have.</summary>
internal sealed class Erasures(
    TimelineIndex timelines,
    TimelineRebuilds rebuilds,
    CompanyLabels labels,
    CompanyHours hours,
    CompanySettingsCache settings,
    PeriodWriter periods,
    OfflinePeriodProjection projection,
    EventQueue events,
    StatusWriter writer,
    IStatusStore store,
    ILogger<Erasures> logger,
    TimeProvider clock)
{
    private readonly IErasureStore _erasures = store.Erasure;

    /// <summary>Who waits for which; the writer's thread only, as all that follows.</summary>
    private readonly Dictionary<Erasure, TaskCompletionSource<ErasedCounts>> _asked = [];

    /// <summary>Those under way of which nothing is left in this server.</summary>
    private readonly HashSet<Erasure> _forgotten = [];

    private readonly Repeats _waitingLogs = new(clock);

    private readonly int _rowsAtLeast =
        store.Shared is null ? ServerLimits.ErasedRowsAtLeast : ServerLimits.ErasedDocumentsAtLeast;

    private Erasure? _current;
    private bool _isForgotten;
    private long? _replacement;
    private bool _waits;
    private long? _waitsSince;
    private int _rows;

    /// <summary>Begins to look for erasures to do. Before the writer begins.</summary>
    public void Start()
    {
        writer.AddMaintenance(Work);
        periods.Replaced += () =>
        {
            if (_erasures.UnderWay.All.Count > 0) writer.RunAsync(() => _waits = false, CancellationToken.None);
        };
    }

    /// <summary>Erases, and gives what that came to. Goes on if the caller goes away; who asks for the same while it is
    /// under way waits for that one. Only when memory is warm.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Null: too many are under way, and nothing has begun.</returns>
    /// <exception cref="StoreException">Nothing has begun; or it has, and a portion failed, which is tried
    /// again.</exception>
    public async Task<ErasedCounts?> EraseAsync(Erasure erasure, CancellationToken cancellation)
    {
        Task<ErasedCounts>? done = null;
        await writer.RunAsync(() => done = TryBegin(erasure), cancellation);
        return done is null ? null : await done.WaitAsync(cancellation);
    }

    /// <summary>Has agents read anew of which an erasure ended that this server did not know of. The writer's thread
    /// only.</summary>
    public void ShowMissed(IReadOnlyList<EndedErasure> missed)
    {
        foreach (var erasure in missed)
            foreach (var agentId in timelines.IdsOf(erasure.CompanyId))
                if (new AgentKey(erasure.CompanyId, agentId) is var agent && erasure.Included(agent))
                    rebuilds.ReadAnew(agent, Limits.FirstInstantMs);
    }

    private Task<ErasedCounts>? TryBegin(Erasure erasure)
    {
        if (!_erasures.UnderWay.All.Contains(erasure))
        {
            if (_erasures.UnderWay.All.Count >= ServerLimits.ErasuresUnderWay) return null;
            _erasures.Begin(erasure, clock.NowMs());
            Log.ErasureBegun(logger, erasure.CompanyId);
        }

        if (!_asked.TryGetValue(erasure, out var asked))
            asked = _asked[erasure] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return asked.Task;
    }

    /// <summary>Does a portion; true if there is more to do at once.</summary>
    private bool Work(bool tick)
    {
        if (_erasures.UnderWay.All.Count == 0 || !timelines.IsWarm || (_waits && !tick)) return false;
        foreach (var one in _erasures.UnderWay.All)
            if (_erasures.TakeEnd(one) is { } counts) End(one, counts);
        if (_erasures.UnderWay.All is not [var first, ..] underWay) return false;
        foreach (var one in underWay)
            if (!_forgotten.Contains(one)) return Forget(one);

        // Again and again: one may have ended and begun anew before this server heard of the end.
        foreach (var one in underWay)
            if (tick) _erasures.Acknowledge(one);
        return (store.Shared is null || projection.IsOwner) && EraseNext(first);
    }

    /// <summary>Has nothing of whom it is of be left in this server; true if there is more to do at once.</summary>
    private bool Forget(Erasure erasure)
    {
        if (_current != erasure) (_current, _isForgotten, _replacement) = (erasure, false, null);
        if (!_isForgotten) return ForgetAgents(erasure);
        _waits = IsReplacementUnderWay() || IsAnySpooled;
        if (_waits) return false;
        _waits = true;
        _erasures.Acknowledge(erasure);
        _forgotten.Add(erasure);
        (_current, _waits) = (null, false);
        return true;
    }

    /// <summary>What is in the spool goes into the store as ever, and is erased there.</summary>
    private bool IsAnySpooled => store.Spool is { SpooledCount: > 0 } || store.CallSteps.SpooledCount > 0;

    /// <summary>Has memory forget some of the agents. One whose timeline is being worked out is left until that is
    /// shown: it is the last one, since nothing is recorded any more.</summary>
    private bool ForgetAgents(Erasure erasure)
    {
        var (companyId, agentId) = erasure;
        var known = timelines.IdsOf(companyId).Where(id => agentId == 0 || id == agentId).ToList();
        var ready = known.Where(id => !rebuilds.Contains(new(companyId, id)))
            .Take(ServerLimits.ForgottenAgents).ToHashSet();
        timelines.Remove(companyId, ready);
        if (ready.Count < known.Count) return ready.Count > 0;
        if (agentId == 0)
        {
            labels.Forget(companyId);
            hours.ForgetCompany(companyId);
            settings.Forget(companyId);
        }

        _isForgotten = true;
        return true;
    }

    /// <summary>Whether periods may be written yet of timelines that memory showed before: what is written later is
    /// written of what it shows now.</summary>
    private bool IsReplacementUnderWay()
    {
        Interlocked.MemoryBarrier();
        var current = periods.Replacements;
        _replacement ??= current;
        return _replacement % 2 != 0 && _replacement == current;
    }

    private bool EraseNext(Erasure erasure)
    {
        var started = clock.GetTimestamp();
        ErasedCounts? done;
        string? waitsFor;
        try
        {
            done = _erasures.EraseNext(erasure, Math.Max(_rows, _rowsAtLeast), out waitsFor);
        }
        catch (StoreException failure)
        {
            // It is tried again at the next tick; nobody waits for a store that may stay broken.
            _waits = true;
            if (_asked.Remove(erasure, out var asked)) asked.SetException(failure);
            throw;
        }

        _rows = clock.GetElapsedTime(started) > ServerLimits.EraseWithin
            ? _rows / 2
            : Math.Min(ServerLimits.ErasedRowsAtMost, 2 * Math.Max(_rows, _rowsAtLeast));
        if (done is { } counts) End(erasure, counts);
        _waits = waitsFor is not null;
        SayIfItWaitsLong(erasure, waitsFor);
        return !_waits;
    }

    private void SayIfItWaitsLong(Erasure erasure, string? waitsFor)
    {
        if (waitsFor is null)
        {
            _waitsSince = null;
            return;
        }

        _waitsSince ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(_waitsSince.Value) >= ServerLimits.ErasureWaitSaid
            && _waitingLogs.Count() is { } times) Log.ErasureWaits(logger, erasure.CompanyId, waitsFor, times);
    }

    private void End(Erasure erasure, ErasedCounts erased)
    {
        _forgotten.Remove(erasure);
        events.ShowHidden();
        Log.Erased(
            logger, erasure.CompanyId, erased.Events, erased.Retractions, erased.CallSteps, erased.OfflinePeriods,
            erased.HoursVersions);
        if (_asked.Remove(erasure, out var asked)) asked.SetResult(erased);
    }
}
