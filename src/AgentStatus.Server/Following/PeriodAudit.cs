using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Storage;

namespace AgentStatus.Server.Following;

/// <summary>
/// Goes through all agents again and again and compares the stored offline periods with what memory says, from its
/// horizon on: whatever left wrong ones in a store that several servers write, they are right again within a pass. It
/// only reads. What differs is looked at once more when all that was under way is over (another server's event that was
/// not known yet, a write that took its time), and then owed: made anew from the store. The follower's thread only.
/// </summary>
internal sealed class PeriodAudit(
    Board board,
    IStatusStore store,
    CompanyHours hours,
    StatusWriter writer,
    Instruments instruments,
    ServerOptions options,
    ILogger<PeriodAudit> logger,
    TimeProvider clock)
{
    private readonly ISharedStore? _store = store as ISharedStore;
    private readonly long _horizonLengthMs = (long)options.Horizon.TotalMilliseconds;
    private readonly Queue<(AgentKey Agent, long LookedAt)> _suspects = new();
    private IEnumerator<AgentKey>? _pass;
    private long _workedAt = clock.GetTimestamp();
    private double _due;
    private bool _failureIsSaid;

    /// <summary>
    /// Looks at as many agents as are due, in portions. Call when memory knows all that others stored before the last
    /// call returned, and no period is yet to be written.
    /// </summary>
    /// <param name="stop">Ends it early.</param>
    public void Work(CancellationToken stop)
    {
        if (_store is null || !board.IsWarm) return;
        try
        {
            MendWhatStillDiffers(_store);
            LookAround(_store, stop);
            _failureIsSaid = false;
        }
        catch (StoreUnreachableException)
        {
            // Said by whoever watches the store; the next pass comes by.
        }
        catch (StoreException failure)
        {
            if (!_failureIsSaid) Log.PeriodsNotAudited(logger, failure.Message);
            _failureIsSaid = true;
        }
    }

    private void LookAround(ISharedStore shared, CancellationToken stop)
    {
        var now = clock.GetTimestamp();
        _due += board.AgentCount * (clock.GetElapsedTime(_workedAt, now) / options.Storage.AuditWithin);
        _workedAt = now;
        var portion = Math.Min(board.AgentCount, Limits.AuditedAgents);

        // What others stored waits no longer than half as long again.
        while (portion > 0 && _due >= portion
            && clock.GetElapsedTime(now) < options.Storage.PollInterval / 2 && !stop.IsCancellationRequested)
        {
            _due -= portion;
            var agents = new List<AgentKey>();
            while (agents.Count < portion) agents.Add(Next());
            foreach (var (agent, _) in FindDiffering(shared, agents)) _suspects.Enqueue((agent, now));
            instruments.PeriodsAudited(portion);
        }

        // What was too much for its time is not made up for: an outage, or more agents than can be looked at.
        _due = Math.Min(_due, portion);
    }

    private void MendWhatStillDiffers(ISharedStore shared)
    {
        var agents = new HashSet<AgentKey>();
        while (agents.Count < Limits.AuditedAgents && _suspects.TryPeek(out var suspect)
            && clock.GetElapsedTime(suspect.LookedAt) >= Limits.AuditDoubt) agents.Add(_suspects.Dequeue().Agent);
        if (agents.Count == 0) return;
        var differing = FindDiffering(shared, agents);
        if (differing.Count == 0) return;
        writer.Owe(differing);
        instruments.PeriodsMended(differing.Count);
        Log.PeriodsMended(logger, differing.Count, differing[0].Agent.CompanyId, differing[0].Agent.AgentId);
    }

    /// <summary>The agents whose periods are not what they should be, and from when on to make them anew.</summary>
    private List<(AgentKey Agent, long ChangedFromMs)> FindDiffering(
        ISharedStore shared, IReadOnlyCollection<AgentKey> agents)
    {
        var nowMs = clock.NowMs();
        var fromMs = nowMs - _horizonLengthMs;
        var stored = shared.ReadOfflinePeriodsOf(agents, fromMs);
        var differing = new List<(AgentKey, long)>();
        foreach (var agent in agents)
        {
            var timeline = board.Find(agent);
            // Hours that are not known yet bring all periods of the company with them.
            if (!timeline.Covers(fromMs) || hours.Find(agent.CompanyId) is not { } history) continue;
            OfflinePeriod[] periods = [.. stored[agent]];
            if (OfflineCheck.Holds(agent, timeline, fromMs, nowMs, history, periods)) continue;
            differing.Add((agent, Math.Min(fromMs, periods.Length == 0 ? fromMs : periods[0].StartedAtMs) + 1));
        }

        return differing;
    }

    /// <summary>
    /// The first pass begins anywhere: servers that are started often look at all agents too, and not all at the same.
    /// </summary>
    private AgentKey Next()
    {
        _pass ??= Pass().Skip(Random.Shared.Next(board.AgentCount)).GetEnumerator();
        while (!_pass.MoveNext()) _pass = Pass().GetEnumerator();
        return _pass.Current;
    }

    private IEnumerable<AgentKey> Pass() =>
        from companyId in board.Companies
        from agentId in board.AgentsOf(companyId)
        select new AgentKey(companyId, agentId);
}
