using AgentStatus.Core;
using AgentStatus.Core.Hours;
using AgentStatus.Server.CompanySettings;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// What the writer does between batches: hours versions and the periods that they make stale, calls that ran out, and
/// letting go of what is older than memory's horizon. In small portions: events do not wait long. The writer's thread
/// only.
/// </summary>
internal sealed class Upkeep(
    Board board,
    IStatusStore store,
    CompanyHours hours,
    OfflineUpkeep offline,
    CallEnds callEnds,
    OwedAgents owed,
    SpoolDrain spool,
    long horizonLengthMs)
{
    private readonly Queue<AgentKey> _stale = new();
    private readonly HashSet<long> _companiesToSearch = new(IdComparer.Instance);
    private int _trimmedSlot;

    /// <summary>
    /// Stores a version in force from now, or just after the one before, shows it, and marks periods stale. Where
    /// another one came after the <paramref name="known"/> ones, from another server too, that one stands.
    /// </summary>
    /// <exception cref="StoreException">Nothing changed.</exception>
    public HoursHistory RecordHours(long companyId, BusinessHours content, HoursHistory? known, long nowMs)
    {
        var current = hours.Find(companyId);
        if (current is not null && current != known) return current;
        var inForceFromMs = Math.Max(nowMs, current?.Latest.InForceFromMs + 1 ?? nowMs);
        var added = new StoredHours(companyId, hours.NextNumber(companyId), inForceFromMs, content.ToJson());
        using (var batch = store.BeginBatch())
        {
            added = batch.AddHours(added);
            batch.Commit();
        }

        _companiesToSearch.Add(companyId);
        return hours.Add(added);
    }

    /// <summary>
    /// Marks the company's offline periods for a search after stale ones, as after a crash in the midst of it.
    /// </summary>
    public void SearchStalePeriods(long companyId) => _companiesToSearch.Add(companyId);

    /// <summary>Marks agents to be made anew from the store: memory, and the periods from an instant on.</summary>
    public void Owe(IReadOnlyList<(AgentKey Agent, long ChangedFromMs)> agents)
    {
        foreach (var (agent, changedFromMs) in agents) owed.Add(agent, changedFromMs, reload: true);
    }

    /// <summary>Finds out since when the agent has had the status in force at memory's horizon, and shows it.</summary>
    public void ResolveSince(AgentKey agent)
    {
        var timeline = board.Find(agent);
        if (!timeline.NeedsSince) return;
        using var batch = store.BeginBatch();
        var since = History.At(batch, agent, timeline, timeline.CoveredFromMs).SinceMs;
        board.Publish(agent, timeline.WithSince(since));
    }

    /// <summary>Does a portion; true if there is more to do at once.</summary>
    /// <param name="tick">Whether <see cref="Limits.UpkeepInterval"/> has passed: then also what time brings.</param>
    /// <param name="nowMs">Now.</param>
    /// <exception cref="StoreException">The portion is done again at the next tick.</exception>
    public bool Work(bool tick, long nowMs)
    {
        if (!board.IsWarm) return false;
        if (tick) Trim(nowMs - horizonLengthMs);
        if (!spool.IsStoreReachable) return false;
        if (tick) FollowCallEnds(nowMs);

        var drainsOn = spool.Work();
        PayOwed(nowMs);
        FindStale();
        RecomputeStale(nowMs);
        return drainsOn || !IsSettled;
    }

    /// <summary>Makes memory complete: all that is owed, before anybody reads.</summary>
    /// <exception cref="StoreException">Not all of it was had.</exception>
    public void PayAllOwed(long nowMs)
    {
        while (owed.Count > 0) PayOwed(nowMs);
    }

    /// <summary>Whether all offline periods follow from what memory knows.</summary>
    public bool IsSettled => owed.Count == 0 && _stale.Count == 0 && _companiesToSearch.Count == 0;

    /// <summary>Makes anew what is owed: in memory from the store, and then the periods.</summary>
    private void PayOwed(long nowMs)
    {
        if (owed.Count == 0) return;
        var portion = owed.Portion(Limits.StaleAgents);
        using var batch = store.BeginBatch();
        foreach (var (agent, debt) in portion)
        {
            if (debt.Reload) board.Publish(agent, History.Reload(batch, agent, board.Find(agent)));
            var timeline = board.Find(agent);
            callEnds.Expect(agent, timeline);
            offline.Recompute(agent, timeline, debt.ChangedFromMs, batch, nowMs);
        }

        batch.Commit();
        foreach (var (agent, _) in portion) owed.Remove(agent);
    }

    private void FollowCallEnds(long nowMs)
    {
        while (callEnds.TryTake(nowMs, out var agent, out var endedAtMs))
        {
            try
            {
                using var batch = store.BeginBatch();
                offline.Recompute(agent, board.Find(agent), endedAtMs, batch, nowMs);
                batch.Commit();
            }
            catch (StoreException)
            {
                callEnds.Return(agent, endedAtMs);
                throw;
            }
        }
    }

    private void Trim(long horizonMs)
    {
        // An hour's grace: a timeline is not copied for the sake of one event.
        const long GraceMs = 60 * 60 * 1000;
        for (var i = 0; i < Limits.TrimmedSlots && i < board.Slots; i++)
        {
            _trimmedSlot = (_trimmedSlot + 1) % board.Slots;
            if (board.At(_trimmedSlot) is not var (agent, timeline)) continue;
            if (timeline.Trimmed(horizonMs - GraceMs) is var trimmed && trimmed.Count < timeline.Count)
                board.Publish(agent, timeline.Trimmed(horizonMs));
        }
    }

    private void FindStale()
    {
        if (_stale.Count > 0 || _companiesToSearch.Count == 0) return;
        var companyId = _companiesToSearch.First();
        if (hours.Find(companyId) is { } history)
        {
            foreach (var agentId in store.FindAgentsWithStalePeriods(companyId, history.Latest.InForceFromMs))
                _stale.Enqueue(new AgentKey(companyId, agentId));
        }

        _companiesToSearch.Remove(companyId);
    }

    private void RecomputeStale(long nowMs)
    {
        if (_stale.Count == 0) return;
        var portion = _stale.Take(Limits.StaleAgents).ToList();
        using var batch = store.BeginBatch();
        foreach (var agent in portion)
        {
            // From the first one: what was computed without hours can be anywhere.
            var periods = store.ReadOfflinePeriods(agent, Limits.FirstInstantMs);
            if (periods.Count > 0) offline.Recompute(agent, board.Find(agent), periods[0].StartedAtMs + 1, batch, nowMs);
        }

        batch.Commit();
        for (var i = 0; i < portion.Count; i++) _stale.Dequeue();
    }
}
