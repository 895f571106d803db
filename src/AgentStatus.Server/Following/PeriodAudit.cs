using AgentStatus.Core;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Hosting;
using AgentStatus.Server.Memory;
using AgentStatus.Server.Recording;
using AgentStatus.Storage;

namespace AgentStatus.Server.Following;

/// <summary>
/// Compares, on a thread of its own and without end, the stored offline periods of all agents with what the events say:
/// often from memory's horizon on, and now and then from an agent's first event on. Whatever left wrong ones in a store
/// that several servers write, they are right again within a round. It only reads. What differs is looked at once more
/// when all that was under way is over (another server's event that was not known yet, a write that took its time), and
/// then owed: made anew from the store.
/// </summary>
internal sealed class PeriodAudit(
    Board board,
    CompanyHours hours,
    StatusWriter writer,
    Instruments instruments,
    ServerOptions options,
    ILogger<PeriodAudit> logger,
    TimeProvider clock) : IDisposable
{
    private readonly AuditRound _recent = new(board, options.Storage.AuditWithin, Limits.AuditedAgents, clock);
    private readonly AuditRound _whole = new(board, options.Storage.AuditHistoryWithin, 1, clock);
    private readonly long _horizonLengthMs = (long)options.Horizon.TotalMilliseconds;
    private readonly OrderedDictionary<AgentKey, long> _suspects = [];
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private bool _failureIsSaid;

    /// <summary>Begins; does nothing the second time.</summary>
    /// <param name="store">Holds the periods.</param>
    /// <param name="arePeriodsWritten">
    /// Whether memory knows what others stored until a moment ago, and all periods that follow from it are written:
    /// only then is it worth while to look.
    /// </param>
    public void Start(ISharedStore store, Func<bool> arePeriodsWritten)
    {
        if (_thread is not null) return;
        _thread = new Thread(() => Run(store, arePeriodsWritten)) { Name = "period-audit", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends it. A read that the store does not answer is left behind.</summary>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested) return;
        _stop.Cancel();
        _thread?.Join(options.Storage.WriteTimeout);
    }

    private void Run(ISharedStore store, Func<bool> arePeriodsWritten)
    {
        while (!_stop.Token.WaitHandle.WaitOne(options.Storage.PollInterval))
        {
            if (!board.IsWarm || !arePeriodsWritten()) continue;
            try
            {
                MendWhatIsStillWrong(store);
                LookAround(store, _recent, whole: false);
                LookAround(store, _whole, whole: true);
                _failureIsSaid = false;
            }
            catch (StoreUnreachableException)
            {
                // Said by whoever watches the store. Suspects stay; the others' turn comes with the next round.
            }
            catch (Exception failure)
            {
                if (_stop.IsCancellationRequested) return;
                if (!_failureIsSaid) Log.PeriodsNotAudited(logger, failure.Message);
                _failureIsSaid = true;
            }
        }
    }

    /// <summary>Looks at the agents that are due, at most half of the time.</summary>
    private void LookAround(ISharedStore store, AuditRound round, bool whole)
    {
        var started = clock.GetTimestamp();
        foreach (var agents in round.Due())
        {
            foreach (var (agent, _) in FindWrong(store, agents, whole)) _suspects.TryAdd(agent, clock.GetTimestamp());
            instruments.PeriodsAudited(agents.Count, whole);
            if (_stop.IsCancellationRequested) break;
            if (clock.GetElapsedTime(started) >= options.Storage.PollInterval / 2) break;
        }
    }

    /// <summary>
    /// Looks at whole histories: whichever look found something wrong, it may have been the last of something older.
    /// </summary>
    private void MendWhatIsStillWrong(ISharedStore store)
    {
        while (!_stop.IsCancellationRequested && _suspects.Count > 0 && _suspects.GetAt(0) is var (agent, foundAt)
            && clock.GetElapsedTime(foundAt) >= Limits.AuditDoubt)
        {
            // At the end again before the look: one that fails is repeated, and holds up no other.
            _suspects.RemoveAt(0);
            _suspects.Add(agent, clock.GetTimestamp());
            var wrong = FindWrong(store, [agent], whole: true);
            _suspects.Remove(agent);
            if (wrong.Count == 0) continue;
            writer.Owe(wrong);
            instruments.PeriodsMended();
            Log.PeriodsMended(logger, agent.CompanyId, agent.AgentId);
        }
    }

    /// <summary>The agents whose periods are not what they should be, and from when on to make them anew.</summary>
    private List<(AgentKey Agent, long ChangedFromMs)> FindWrong(
        ISharedStore store, IReadOnlyCollection<AgentKey> agents, bool whole)
    {
        var nowMs = clock.NowMs();
        var fromMs = whole ? Limits.FirstInstantMs : nowMs - _horizonLengthMs;
        var stored = store.ReadOfflinePeriodsOf(agents, fromMs);
        var wrong = new List<(AgentKey, long)>();
        foreach (var agent in agents)
        {
            // Hours that are not known yet bring all periods of the company with them.
            if (hours.Find(agent.CompanyId) is not { } history) continue;
            var timeline = board.Find(agent);
            if (whole) timeline = History.Widen(store, agent, timeline, fromMs);
            else if (!timeline.Covers(fromMs)) continue;
            OfflinePeriod[] periods = [.. stored[agent]];
            if (OfflineCheck.FindWrong(agent, timeline, fromMs, nowMs, history, periods) is { } wrongFromMs)
                wrong.Add((agent, wrongFromMs));
        }

        return wrong;
    }
}
