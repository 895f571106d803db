using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Recording;

namespace AgentStatus.Server.Erasing;

/// <summary>Erases agents and companies (docs/rules.md, Erasing), one erasure after the other: from memory, and then
/// from the store, in portions between the writer's batches. One that an earlier run of the server began goes on.
/// Meanwhile nothing is recorded of whom it is of.</summary>
internal sealed class Erasures(
    TimelineIndex timelines,
    TimelineRebuilds rebuilds,
    CompanyLabels labels,
    CompanyHours hours,
    CompanySettingsCache settings,
    PeriodWriter periods,
    StatusWriter writer,
    IStatusStore store,
    ILogger<Erasures> logger,
    TimeProvider clock)
{
    /// <summary>Who waits for which; the writer's thread only, as all that follows.</summary>
    private readonly Dictionary<Erasure, TaskCompletionSource<ErasedCounts>> _asked = [];
    private readonly Repeats _heldLogs = new(clock);
    private Erasure? _current;
    private bool _isForgotten;
    private long? _replacement;
    private bool _waits;
    private int _rows = ServerLimits.ErasedRowsAtLeast;

    /// <summary>Begins to look for erasures to do. Before the writer begins.</summary>
    public void Start()
    {
        if (store.Erasure is not { } erasures) return;
        writer.AddMaintenance(tick => Work(erasures, tick));
        periods.Replaced += () =>
        {
            if (erasures.UnderWay.All.Count > 0) writer.RunAsync(() => _waits = false, CancellationToken.None);
        };
    }

    /// <summary>Erases, and gives what that came to. Goes on if the caller goes away; who asks for the same while it is
    /// under way waits for that one. Only where the store can, and when memory is warm.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Null: too many are under way, and nothing has begun.</returns>
    /// <exception cref="StoreException">Nothing has begun; or it has, and a portion failed, which is tried
    /// again.</exception>
    public async Task<ErasedCounts?> EraseAsync(Erasure erasure, CancellationToken cancellation)
    {
        Task<ErasedCounts>? done = null;
        await writer.RunAsync(() => done = TryBegin(store.Erasure!, erasure), cancellation);
        return done is null ? null : await done.WaitAsync(cancellation);
    }

    private Task<ErasedCounts>? TryBegin(IErasureStore erasures, Erasure erasure)
    {
        if (!erasures.UnderWay.All.Contains(erasure))
        {
            if (erasures.UnderWay.All.Count >= ServerLimits.ErasuresUnderWay) return null;
            erasures.Begin(erasure, clock.NowMs());
            Log.ErasureBegun(logger, erasure.CompanyId);
        }

        if (!_asked.TryGetValue(erasure, out var asked))
            asked = _asked[erasure] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return asked.Task;
    }

    /// <summary>Does a portion; true if there is more to do at once.</summary>
    private bool Work(IErasureStore erasures, bool tick)
    {
        if (erasures.UnderWay.All is not [var erasure, ..] || !timelines.IsWarm || (_waits && !tick)) return false;
        if (_current != erasure) (_current, _isForgotten, _replacement) = (erasure, false, null);
        if (!_isForgotten) return Forget(erasure);
        _waits = IsReplacementUnderWay();
        if (_waits) return false;
        try
        {
            return EraseNext(erasures, erasure);
        }
        catch (StoreException failure)
        {
            // It is tried again at the next tick; nobody waits for a store that may stay broken.
            _waits = true;
            if (_asked.Remove(erasure, out var asked)) asked.SetException(failure);
            throw;
        }
    }

    /// <summary>Has memory forget some of the agents. One whose timeline is being worked out is left until that is
    /// shown: it is the last one, since nothing is recorded any more.</summary>
    private bool Forget(Erasure erasure)
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

    private bool EraseNext(IErasureStore erasures, Erasure erasure)
    {
        var started = clock.GetTimestamp();
        var done = erasures.EraseNext(erasure, _rows, out _waits);
        _rows = clock.GetElapsedTime(started) > ServerLimits.EraseWithin
            ? Math.Max(ServerLimits.ErasedRowsAtLeast, _rows / 2)
            : Math.Min(ServerLimits.ErasedRowsAtMost, 2 * _rows);
        if (_waits && _heldLogs.Count() is { } times) Log.ErasureWaits(logger, erasure.CompanyId, times);
        if (done is not { } counts) return !_waits;
        _current = null;
        Log.Erased(
            logger, erasure.CompanyId, counts.Events, counts.Retractions, counts.CallSteps, counts.OfflinePeriods,
            counts.HoursVersions);
        if (_asked.Remove(erasure, out var asked)) asked.SetResult(counts);
        return true;
    }
}
