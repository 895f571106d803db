using AgentStatus.Server.Configuration;
using System.Collections.Concurrent;
using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Projections;

/// <summary>
/// Computes agents' offline periods from timelines and hours versions, and writes them. Any thread notes what has
/// changed; the projection's thread writes.
/// </summary>
internal sealed class PeriodWriter(
    Board board,
    CompanyHours hours,
    CompanySettingsCache settings,
    IStatusStore store,
    Instruments instruments,
    TimeProvider clock)
{
    private readonly ChangedAgents _changes = new(clock);
    private readonly CallEnds _callEnds = new();
    private readonly ConcurrentQueue<long> _newHours = new();
    private readonly PeriodBacklog _backlog = new(board, store.OfflinePeriods);

    /// <summary>How long the change that has waited longest has waited.</summary>
    public TimeSpan Lag => _changes.Lag;

    /// <summary>Agents whose turn comes when nothing newer waits.</summary>
    public PeriodBacklog Backlog => _backlog;

    /// <summary>Notes a change of a timeline. On the writer's thread.</summary>
    public void Note(TimelineChange change)
    {
        _callEnds.Expect(change.Agent, change.After);
        if (OfflineDerivation.MayDiffer(change.Before, change.After, change.FromMs, clock.NowMs()))
            _changes.Add(change.Agent, change.FromMs);
    }

    /// <summary>Notes a further hours version of the company.</summary>
    public void NoteHours(long companyId) => _newHours.Enqueue(companyId);

    /// <summary>Begins with all that may not be written yet, for a new owner.</summary>
    public void Begin()
    {
        _backlog.AddSinceCheckpoint();
        foreach (var agent in board.Agents) _callEnds.Expect(agent, board.Find(agent));
        foreach (var companyId in board.Companies) _newHours.Enqueue(companyId);
    }

    /// <summary>Forgets everything: the next owner finds it in the store.</summary>
    public void Clear()
    {
        _backlog.Clear();
        _changes.Clear();
        _callEnds.Clear();
        _newHours.Clear();
    }

    /// <summary>Writes all that has changed by now, and a portion of the backlog.</summary>
    /// <returns>False: this server is not the owner any more.</returns>
    public bool Write(long epoch)
    {
        while (_callEnds.TryTake(clock.NowMs(), out var agent, out var endedAtMs)) _changes.Add(agent, endedAtMs);
        while (_newHours.TryPeek(out var companyId))
        {
            if (hours.Find(companyId) is { } history) _backlog.AddStale(companyId, history.Latest.InForceFromMs);
            _newHours.TryDequeue(out _);
        }

        return WriteChanges(epoch) && WriteBacklog(epoch);
    }

    private bool WriteChanges(long epoch)
    {
        var changes = _changes.Take();
        var written = 0;
        try
        {
            foreach (var portion in changes.Chunk(ServerLimits.ProjectedAgents))
            {
                if (!Write(epoch, portion)) return false;
                written += portion.Length;
            }

            _changes.Written();
            return true;
        }
        catch
        {
            _changes.Return(changes.AsSpan(written));
            throw;
        }
    }

    private bool WriteBacklog(long epoch)
    {
        var portion = _backlog.Take(ServerLimits.ProjectedAgents);
        try
        {
            if (portion.Count > 0 && !Write(epoch, portion.Select(item => item.Change))) return false;
            foreach (var item in portion) item.Rebuild?.CountWritten();
            return true;
        }
        catch
        {
            _backlog.Return(portion);
            throw;
        }
    }

    private bool Write(long epoch, IEnumerable<AgentChange> changes)
    {
        PeriodReplacement[] replacements = [.. changes.Select(Compute)];
        if (!store.OfflinePeriods.Replace(epoch, replacements)) return false;
        instruments.PeriodsWritten(replacements.Length);
        return true;
    }

    /// <summary>The agent's periods from the one on that the instant of the change lies in or follows.</summary>
    private PeriodReplacement Compute(AgentChange change)
    {
        var (agent, fromMs) = change;
        var (timeline, startMs) = History.ReachOfflineStart(store, agent, board.Find(agent), fromMs - 1);
        var history = hours.Find(agent.CompanyId);
        if (history is null) settings.StartFetch(agent.CompanyId);
        return new(agent, startMs, OfflineDerivation.From(agent, timeline, startMs, clock.NowMs(), history));
    }
}
