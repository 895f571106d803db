using AgentStatus.Core;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// Records a batch of events: store them, work out what follows, commit, and only then show it to the readers and answer the
/// callers. Fails as a whole: then nothing was shown, and every caller is told.
/// </summary>
internal sealed class EventBatch(Board board, IStatusStore store, OfflineUpkeep upkeep, CallEnds callEnds)
{
    private readonly Dictionary<AgentKey, StagedAgent> _staged = [];
    private readonly Dictionary<AgentKey, long> _lastOccurredAtMs = [];

    /// <summary>The writer's thread only.</summary>
    /// <exception cref="StoreException">Nothing was recorded.</exception>
    public RecordResult[] Record(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        _staged.Clear();
        _lastOccurredAtMs.Clear();
        using var batch = store.BeginBatch();
        var appended = batch.Append([.. commands.Select(command => Complete(command, nowMs))]);
        foreach (var result in appended)
            if (result.Outcome == AppendOutcome.Stored || IsMissing(result)) Stage(result.Stored.Agent).Apply(result.Stored, batch);

        foreach (var staged in _staged.Values)
        {
            staged.Settle(batch);
            upkeep.Follow(staged, batch, nowMs);
        }

        var results = appended.Select(result => Judge(result, batch)).ToArray();
        batch.Commit();
        foreach (var staged in _staged.Values)
        {
            board.Publish(staged.Agent, staged.After);
            callEnds.Expect(staged.Agent, staged.After);
        }

        return results;
    }

    /// <summary>
    /// A commit whose answer got lost may have stored events that memory was not shown; their senders send them again.
    /// </summary>
    private bool IsMissing(AppendResult result)
    {
        if (result.Outcome != AppendOutcome.Duplicate || _staged.ContainsKey(result.Stored.Agent)) return false;
        var timeline = board.Find(result.Stored.Agent);
        return timeline.Covers(result.Stored.OccurredAtMs) && timeline.CountAt(result.Stored.OccurredAtMs) == 0;
    }

    private EventToAppend Complete(RecordCommand command, long nowMs)
    {
        var complete = command.Complete(nowMs, LastOccurredAtMs);
        var (agent, atMs) = (complete.Event.Agent, complete.Event.OccurredAtMs);
        _lastOccurredAtMs[agent] = Math.Max(LastOccurredAtMs(agent) ?? atMs, atMs);
        return complete;
    }

    /// <summary>When the agent's last known event occurred, those of this batch included.</summary>
    private long? LastOccurredAtMs(AgentKey agent)
    {
        if (_lastOccurredAtMs.TryGetValue(agent, out var lastMs)) return lastMs;
        var timeline = board.Find(agent);
        return timeline.Count == 0 ? null : timeline.LastOccurredAtMs;
    }

    private StagedAgent Stage(AgentKey agent)
    {
        if (_staged.TryGetValue(agent, out var staged)) return staged;
        return _staged[agent] = new StagedAgent(agent, board.Find(agent));
    }

    private RecordResult Judge(AppendResult appended, IEventReader batch)
    {
        var stored = appended.Stored;
        if (appended.Outcome == AppendOutcome.Conflict) return new(RecordOutcome.Conflict, stored.EventId, default);
        var agent = _staged.GetValueOrDefault(stored.Agent) ?? new StagedAgent(stored.Agent, board.Find(stored.Agent));
        var (at, decides) = agent.Judge(stored, batch);
        var outcome = appended.Outcome == AppendOutcome.Duplicate ? RecordOutcome.Duplicate
            : decides ? RecordOutcome.Applied : RecordOutcome.Shadowed;
        return new(outcome, stored.EventId, at);
    }
}
