using AgentStatus.Core;
using AgentStatus.Core.Hours;
using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Core.Timelines;
using AgentStatus.Server.Following;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// Keeps the stored offline periods equal to what events and hours versions say (design.md, section 7).
/// </summary>
/// <param name="findHours">A company's hours as recorded; null while they are not known.</param>
internal sealed class OfflineUpkeep(Func<long, HoursHistory?> findHours, RecentPeriods recent)
{
    /// <summary>Writes what a batch's events changed in the agent's offline periods.</summary>
    public void Follow(StagedAgent staged, IStoreBatch batch, long nowMs)
    {
        if (LeavesPeriodsAlone(staged, nowMs)) recent.Judged(staged.Agent);
        else Recompute(staged.Agent, staged.After, staged.ChangedFromMs, batch, nowMs);
    }

    /// <summary>Computes the agent's periods anew from the one on that an instant lies in or follows.</summary>
    public void Recompute(AgentKey agent, in Timeline timeline, long changedFromMs, IStoreBatch batch, long nowMs)
    {
        var (wide, startMs) = History.ReachOfflineStart(batch, agent, timeline, changedFromMs - 1);
        var periods = OfflineDerivation.From(agent, wide, startMs, nowMs, findHours(agent.CompanyId));
        batch.ReplaceOfflinePeriods(agent, startMs, periods);
        recent.Judged(agent);
    }

    /// <summary>
    /// Nearly every event: it comes last, and from it on the agent is either never OFFLINE, by what was known before
    /// and by what is known now, or always. Then no period begins or ends, and a lasting one stays as it is. What was
    /// known before counts too: a call that ran out over OFFLINE began a period without an event, and one that arrives
    /// late can undo it.
    /// </summary>
    private static bool LeavesPeriodsAlone(StagedAgent staged, long nowMs)
    {
        var fromMs = staged.ChangedFromMs;
        var before = staged.Before;
        if (before.Count > 0 && (fromMs <= before.LastOccurredAtMs || !before.Covers(fromMs - 1))) return false;

        var wasOffline = before.At(fromMs - 1).Status == Status.Offline;
        var endMs = Math.Max(nowMs, staged.After.LastOccurredAtMs) + 1;
        return StaysOffline(wasOffline, before, fromMs, endMs) && StaysOffline(wasOffline, staged.After, fromMs, endMs);
    }

    /// <summary>Whether the agent is OFFLINE all through, or never.</summary>
    private static bool StaysOffline(bool offline, in Timeline timeline, long fromMs, long endMs)
    {
        foreach (var interval in timeline.Between(fromMs, endMs))
            if (interval.Effective.Status == Status.Offline != offline) return false;
        return true;
    }
}
