using AgentStatus.Server.Memory;

namespace AgentStatus.Server.Recording;

/// <summary>Records a batch of events: stores them, and only then shows them to the readers and answers the senders. If
/// nothing could be stored it fails as a whole, and every sender is told. If the events are stored or spooled but the
/// store does not answer what memory needs, their agents are queued for a rebuild.</summary>
internal sealed class EventBatch(
    TimelineIndex timelines, IStatusStore store, StagedAgents staged, RebuildQueue rebuilds, ILogger<EventBatch> logger)
{
    private readonly Dictionary<AgentKey, long> _lastOccurredAtMs = [];

    /// <summary>The writer's thread only.</summary>
    /// <exception cref="StoreException">Nothing was recorded.</exception>
    public RecordResult[] Record(IReadOnlyList<RecordCommand> commands, long nowMs)
    {
        _lastOccurredAtMs.Clear();
        staged.Clear();
        var appended = store.Append([.. commands.Select(command => Complete(command, nowMs))]);
        if (!timelines.IsWarm) return [.. appended.Select(QueueForMemory)];
        try
        {
            return Show(appended);
        }
        catch (Exception failure)
        {
            // A fault of ours: the events are durable all the same, and a rebuild shows them.
            Log.BatchNotShown(logger, appended.Count, failure);
            return [.. appended.Select(QueueForMemory)];
        }
    }

    private RecordResult[] Show(IReadOnlyList<AppendResult> appended)
    {
        foreach (var result in appended)
        {
            if (result.Outcome != AppendOutcome.Stored && !IsMissing(result)) continue;
            if (result.IsSpooled) staged.ApplyFromMemory(result.Stored);
            else staged.Apply(result.Stored);
        }

        staged.Settle();
        var results = appended.Select(Judge).ToArray();
        staged.Publish();
        return results;
    }

    /// <summary>The event is durable, and memory takes it in later.</summary>
    private RecordResult QueueForMemory(AppendResult appended)
    {
        if (appended.Outcome == AppendOutcome.Stored) rebuilds.Add(appended.Stored.Agent, appended.Stored.OccurredAtMs);
        var outcome = appended.Outcome switch
        {
            AppendOutcome.Conflict => RecordOutcome.Conflict,
            AppendOutcome.Duplicate => RecordOutcome.Duplicate,
            _ => RecordOutcome.NotKnown,
        };
        return new RecordResult(outcome, appended.Stored.EventId, default, appended.IsSpooled);
    }

    /// <summary>An append whose answer got lost may have stored events that memory was not shown; their senders send
    /// them again.</summary>
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
        var timeline = timelines.Find(agent);
        return timeline.Count == 0 ? null : timeline.LastOccurredAtMs;
    }

    private RecordResult Judge(AppendResult appended)
    {
        var stored = appended.Stored;
        if (appended.Outcome == AppendOutcome.Conflict) return new(RecordOutcome.Conflict, stored.EventId, default, false);
        var judged = staged.Judge(stored, appended.IsSpooled);
        var outcome = appended.Outcome == AppendOutcome.Duplicate ? RecordOutcome.Duplicate
            : judged is not { } known ? RecordOutcome.NotKnown
            : known.Decides ? RecordOutcome.Applied : RecordOutcome.Shadowed;
        return new(outcome, stored.EventId, judged?.At ?? default, appended.IsSpooled);
    }
}
