namespace AgentStatus.Storage.Spool;

/// <summary>Takes the oldest events from the spool into the store. They leave the spool only when the store has
/// confirmed all of them: after a crash in between, the next drain finds them identical.</summary>
internal sealed class Drain(SpoolFile spool, IStatusStore store, TimeProvider clock)
{
    /// <summary>Retractions and events are portions of their own: where one fails, nothing of it left the
    /// spool.</summary>
    /// <exception cref="StoreException">Nothing left the spool.</exception>
    public DrainResult Run(int most)
    {
        if (spool.RetractionCount > 0) return DrainRetractions(most);
        var spooled = spool.ReadAfter(0, most);
        if (spooled.Count == 0) return DrainResult.Nothing;
        var left = store.Erasure.WithoutErased([.. spooled.Select(one => one.ToAppend)]);
        var result = Judge(spooled, left, store.Append(left));
        if (result.Rejected.Count > 0)
            ReachableStore.SharedOf(store).AddRejected(result.Rejected);
        spool.RemoveThrough(spooled[^1].Number);
        return result;
    }

    /// <summary>In any order with the events: a retraction may come before its event.</summary>
    private DrainResult DrainRetractions(int most)
    {
        var agents = new Dictionary<AgentKey, long>();
        var (retractions, through) = spool.ReadOldestRetractions(most);
        foreach (var result in store.Retract(store.Erasure.WithoutErased(retractions)))
        {
            if (result.Event is not { } e) continue;
            Concern(agents, e);

            // It counts on: the cut passed over it while the store was away.
            if (result.IsBeforeCut) store.Retractions.Remove(e.Agent.CompanyId, e.EventId);
        }

        spool.RemoveRetractionsThrough(through);
        return new(0, 0, [], retractions.Count, Changes(agents));
    }

    /// <summary>An event whose sender left occurred_at empty may have been sent to another server too, which gave it
    /// another instant: that is the same event, and the instant that is stored stands.</summary>
    private DrainResult Judge(
        IReadOnlyList<SpooledEvent> spooled, IReadOnlyList<EventToAppend> left, IReadOnlyList<AppendResult> results)
    {
        var agents = new Dictionary<AgentKey, long>();
        foreach (var one in spooled) Concern(agents, one.ToAppend.Event);
        var stored = 0;
        var rejected = new List<RejectedEvent>();
        for (var i = 0; i < results.Count; i++)
        {
            Concern(agents, results[i].Stored);
            if (results[i].Outcome == AppendOutcome.Stored)
                stored++;
            else if (results[i].Outcome == AppendOutcome.Conflict)
                rejected.Add(new(left[i].Event, left[i].RecordedAtMs, clock.GetUtcNow().ToUnixTimeMilliseconds()));
        }

        return new(stored, spooled.Count - stored - rejected.Count, rejected, 0, Changes(agents));
    }

    private static List<AgentChange> Changes(Dictionary<AgentKey, long> agents) =>
        [.. agents.Select(agent => new AgentChange(agent.Key, agent.Value))];

    private static void Concern(Dictionary<AgentKey, long> agents, StatusEvent concerned) => agents[concerned.Agent] =
        Math.Min(agents.GetValueOrDefault(concerned.Agent, long.MaxValue), concerned.OccurredAtMs);
}
