using AgentStatus.Core;
using AgentStatus.Server.Memory;
using AgentStatus.Storage;

namespace AgentStatus.Server.Recording;

/// <summary>
/// Records a batch of events: store them, work out what follows, commit, and only then show it to the readers and
/// answer the callers. If nothing could be stored it fails as a whole: then nothing was shown, and every caller is
/// told. If the events are stored or spooled but what follows from them cannot be read or written, that is owed.
/// </summary>
internal sealed class EventBatch(Board board, IStatusStore store, StagedAgents staged, OwedAgents owed)
{
    private readonly Dictionary<AgentKey, long> _lastOccurredAtMs = [];

    /// <summary>The writer's thread only.</summary>
    /// <exception cref="StoreException">Nothing was recorded.</exception>
    public RecordResult[] Record(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        _lastOccurredAtMs.Clear();
        staged.Clear();
        using var batch = store.BeginBatch();
        var appended = batch.Append([.. commands.Select(command => Complete(command, nowMs))]);
        if (!board.IsWarm) return RecordBlindly(batch, appended);
        foreach (var result in appended)
        {
            if (result.Outcome != AppendOutcome.Stored && !IsMissing(result)) continue;
            if (result.IsSpooled) staged.ApplyUnsettled(result.Stored);
            else staged.Apply(result.Stored, batch, batch.AddsAtOnce);
        }

        staged.Settle(batch, nowMs, batch.AddsAtOnce);
        var results = appended.Select(result => Judge(result, batch)).ToArray();
        Commit(batch);
        staged.Publish();
        return results;
    }

    /// <summary>Memory is not there yet: the events are durable, and what they come to is owed to it.</summary>
    private RecordResult[] RecordBlindly(IStoreBatch batch, IReadOnlyList<AppendResult> appended)
    {
        Commit(batch);
        foreach (var result in appended)
            if (result.Outcome == AppendOutcome.Stored) owed.Add(result.Stored.Agent, result.Stored.OccurredAtMs, reload: true);
        return [.. appended.Select(result => new RecordResult(
            result.Outcome switch
            {
                AppendOutcome.Conflict => RecordOutcome.Conflict,
                AppendOutcome.Duplicate => RecordOutcome.Duplicate,
                _ => RecordOutcome.NotKnown,
            },
            result.Stored.EventId,
            default,
            result.IsSpooled))];
    }

    private void Commit(IStoreBatch batch)
    {
        try
        {
            batch.Commit();
        }
        catch (StoreException) when (batch.AddsAtOnce)
        {
            foreach (var agent in staged.All) owed.Add(agent.Agent, agent.ChangedFromMs, reload: false);
        }
    }

    /// <summary>
    /// A commit whose answer got lost may have stored events that memory was not shown; their senders send them again.
    /// </summary>
    private bool IsMissing(AppendResult result)
    {
        if (result.Outcome != AppendOutcome.Duplicate || result.IsSpooled) return false;
        var timeline = staged.Find(result.Stored.Agent);
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

    private RecordResult Judge(AppendResult appended, IStoreBatch batch)
    {
        var stored = appended.Stored;
        if (appended.Outcome == AppendOutcome.Conflict) return new(RecordOutcome.Conflict, stored.EventId, default, false);
        var judged = staged.Judge(stored, batch, appended.IsSpooled, batch.AddsAtOnce);
        var outcome = appended.Outcome == AppendOutcome.Duplicate ? RecordOutcome.Duplicate
            : judged is not { } known ? RecordOutcome.NotKnown
            : known.Decides ? RecordOutcome.Applied : RecordOutcome.Shadowed;
        return new(outcome, stored.EventId, judged?.At ?? default, appended.IsSpooled);
    }
}
