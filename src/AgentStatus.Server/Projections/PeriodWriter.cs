using System.Collections.Concurrent;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Configuration;
using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Projections;

/// <summary>Computes agents' offline periods from timelines and hours versions, and writes them. Any thread notes what
/// has changed; the projection's thread writes.</summary>
internal sealed class PeriodWriter(
    TimelineIndex timelines,
    CompanyHours hours,
    CompanySettingsCache settings,
    IStatusStore store,
    TimelineLoader loader,
    Instruments instruments,
    TimeProvider clock)
{
    private readonly ChangedAgents _changes = new(clock);
    private readonly ConcurrentQueue<long> _newHours = new();
    private readonly PeriodBacklog _backlog = new(timelines, store.OfflinePeriods);
    private Exception? _lastFailure;
    private bool _leftChanges;

    /// <summary>Odd while periods are being computed and written.</summary>
    private long _replacements;

    /// <summary>A replacement has ended, well or not. On the projection's thread: a handler returns at once.</summary>
    public event Action? Replaced;

    /// <summary>Changes when a replacement begins or ends; odd: one is under way, of timelines that memory may not show
    /// any more. Any thread.</summary>
    public long Replacements => Interlocked.Read(ref _replacements);

    /// <summary>How long the change that has waited longest has waited.</summary>
    public TimeSpan Lag => _changes.Lag;

    /// <summary>Agents whose turn comes when nothing newer waits.</summary>
    public PeriodBacklog Backlog => _backlog;

    /// <summary>Notes a change of a timeline. On the writer's thread.</summary>
    public void Note(TimelineChange change)
    {
        try
        {
            ExpectCallEnd(change.Agent, change.After);
            if (!OfflineDerivation.MayDiffer(change.Before, change.After, change.FromMs, clock.NowMs())) return;
        }
        catch (Exception failure)
        {
            // Recording does not fail for a fault of the projection, which is said when the periods are computed.
            _lastFailure = failure;
        }

        _changes.Add(change.Agent, change.FromMs);
    }

    /// <summary>Notes a further hours version of the company.</summary>
    public void NoteHours(long companyId) => _newHours.Enqueue(companyId);

    /// <summary>Begins with all that may not be written yet, for a new owner.</summary>
    public void Begin()
    {
        _backlog.AddSinceCheckpoint();
        foreach (var agent in timelines.Agents) ExpectCallEnd(agent, timelines.Find(agent));
        foreach (var companyId in timelines.Companies) _newHours.Enqueue(companyId);
    }

    /// <summary>Forgets everything: the next owner finds it in the store.</summary>
    public void Clear()
    {
        _backlog.Clear();
        _changes.Clear();
        _newHours.Clear();
    }

    /// <summary>Writes all that has changed by now, and a portion of the backlog. Nothing while events are in the
    /// spool: they are in memory already, and if the store rejects them, no event tells another owner that the periods
    /// are wrong.</summary>
    /// <param name="epoch">Of this server's ownership.</param>
    /// <param name="isOver">Whether to leave the rest for the next round: the lease is to be renewed, or the server
    /// stops.</param>
    public WriteOutcome Write(long epoch, Func<bool> isOver)
    {
        if (HasSpooled) return WriteOutcome.Waits;
        if (!WriteChanges(epoch, isOver)) return WriteOutcome.NotOwner;
        if (_newHours.TryPeek(out var company))
        {
            if (hours.Find(company) is { } history) _backlog.AddStale(company, history.Latest.InForceFromMs);
            _newHours.TryDequeue(out _);
        }

        if (!WriteBacklog(epoch)) return WriteOutcome.NotOwner;
        var isWritten = _backlog.Count == 0 && _newHours.IsEmpty && !_leftChanges;
        return isWritten ? WriteOutcome.Written : WriteOutcome.HasMore;
    }

    /// <summary>A call whose end got lost, and that leaves OFFLINE behind when it runs out, begins an offline period
    /// without an event.</summary>
    private void ExpectCallEnd(AgentKey agent, in Timeline timeline)
    {
        if (timeline.FindOfflineAfterCallMs() is { } endMs) _changes.Expect(agent, endMs);
    }

    private bool HasSpooled => store.Spool is { SpooledCount: > 0 };

    private bool WriteChanges(long epoch, Func<bool> isOver)
    {
        while (_changes.AddExpected(ServerLimits.ProjectedAgents)) { }
        _leftChanges = false;
        var allFailed = new List<AgentChange>();
        for (var left = _changes.Count; left > 0 && !_leftChanges;)
        {
            var portion = _changes.Take(ServerLimits.ProjectedAgents, agent => timelines.Find(agent).Count);
            var failed = new List<AgentChange>();
            var isWritten = false;
            try
            {
                isWritten = Write(epoch, portion, failed);
            }
            finally
            {
                _changes.Return(isWritten ? failed : portion);
            }

            if (!isWritten) return false;
            allFailed.AddRange(failed);
            left -= portion.Length;
            _leftChanges = left > 0 && isOver();
        }

        return allFailed.Count == 0 ? true : throw Failed(allFailed);
    }

    private bool WriteBacklog(long epoch)
    {
        var taken = _backlog.Take(ServerLimits.ProjectedAgents);
        var failed = new List<AgentChange>();
        var isWritten = false;
        try
        {
            isWritten = Write(epoch, taken, failed);
        }
        finally
        {
            _backlog.Return(taken, isWritten ? failed : taken);
        }

        return failed.Count == 0 ? isWritten : throw Failed(failed);
    }

    /// <summary>Writes the agents' periods: together, or where that fails one by one, so that one holds up no
    /// other.</summary>
    /// <returns>False: this server is not the owner any more.</returns>
    /// <exception cref="StoreUnreachableException">None may be written.</exception>
    private bool Write(long epoch, AgentChange[] changes, List<AgentChange> failed)
    {
        try
        {
            return changes.Length == 0 || Replace(epoch, changes);
        }
        catch (Exception failure) when (failure is not StoreUnreachableException)
        {
            _lastFailure = failure;
            if (changes.Length == 1) failed.AddRange(changes);
            return changes.Length == 1 || changes.All(change => Write(epoch, [change], failed));
        }
    }

    private bool Replace(long epoch, AgentChange[] changes)
    {
        Interlocked.Increment(ref _replacements);
        try
        {
            PeriodReplacement[] replacements = [.. changes.Where(IsKept).Select(Compute)];
            if (HasSpooled)
                throw new StoreUnreachableException("Events were spooled meanwhile; their agents' periods wait.");
            if (replacements.Length > 0 && !store.OfflinePeriods.Replace(epoch, replacements)) return false;
            instruments.PeriodsWritten(replacements.Length);
            return true;
        }
        finally
        {
            Interlocked.Increment(ref _replacements);
            Replaced?.Invoke();
        }
    }

    /// <summary>Whoever erases an agent deletes its periods, and counts them.</summary>
    private bool IsKept(AgentChange change) => !store.Erasure.UnderWay.Include(change.Agent);

    private StoreException Failed(List<AgentChange> failed) => new(
        $"The offline periods of {failed.Count} agents could not be written, among them company "
        + $"{failed[0].Agent.CompanyId}'s agent {failed[0].Agent.AgentId}: {_lastFailure?.Message}", _lastFailure);

    /// <summary>The agent's periods from the one on that the instant of the change lies in or follows.</summary>
    private PeriodReplacement Compute(AgentChange change)
    {
        var (agent, fromMs) = change;
        var (timeline, startMs) = loader.ReachOfflineStart(agent, timelines.Find(agent), fromMs - 1);
        var history = hours.Find(agent.CompanyId);
        if (history is null && timelines.HasEvents(agent.CompanyId)) settings.StartFetch(agent.CompanyId);
        return new(agent, startMs, OfflineDerivation.From(agent, timeline, startMs, clock.NowMs(), history));
    }
}

/// <summary>What became of a round of writing.</summary>
internal enum WriteOutcome
{
    /// <summary>All that was noted before is written.</summary>
    Written,

    /// <summary>There is more to write at once.</summary>
    HasMore,

    /// <summary>Nothing could be written yet.</summary>
    Waits,

    /// <summary>Another server owns the periods.</summary>
    NotOwner,
}
