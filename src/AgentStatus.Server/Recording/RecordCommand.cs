namespace AgentStatus.Server.Recording;

/// <summary>An event that waits to be recorded, and the caller that waits for the answer.</summary>
internal sealed class RecordCommand(AgentKey agent, Status status, Origin origin, long? occurredAtMs, string eventId)
{
    private readonly TaskCompletionSource<RecordResult> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentKey Agent => agent;

    /// <summary>When it was queued, by the clock's timestamp.</summary>
    public long QueuedAt { get; set; }

    public Task<RecordResult> Answer => _answer.Task;

    /// <summary>The event with what the sender left out: the later of now and 1 ms after the agent's last known event,
    /// but nothing later than senders may say, so that a clock that was wrong once does not move the agent into the
    /// future; and an id that sorts by time.</summary>
    public EventToAppend Complete(long nowMs, long? lastOccurredAtMs)
    {
        var atMs = occurredAtMs ?? Math.Clamp(lastOccurredAtMs + 1 ?? nowMs, nowMs, nowMs + Limits.FutureMs);
        var id = eventId.Length > 0
            ? eventId
            : Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, atMs))).ToString("N");
        return new(new(agent, status, origin, atMs, id), nowMs, AnyOccurredAt: occurredAtMs is null);
    }

    public void Succeed(RecordResult result) => _answer.SetResult(result);

    public void Fail(Exception failure) => _answer.SetException(failure);
}

/// <summary>What became of a recorded event.</summary>
/// <param name="EventId">The sender's, or the one that the server made.</param>
/// <param name="At">The agent's effective status at the event's occurred_at, as known now.</param>
/// <param name="IsSpooled">Durable on this machine's disk alone, so far.</param>
internal readonly record struct RecordResult(RecordOutcome Outcome, string EventId, StatusAt At, bool IsSpooled);

/// <summary>What became of a recorded event. All but the first have the contract's numbers.</summary>
internal enum RecordOutcome
{
    /// <summary>Durable, but what it comes to is not known: the store, or memory, is not there.</summary>
    NotKnown = 0,

    /// <summary>Stored, and it decides the status at its own occurred_at.</summary>
    Applied = 1,

    /// <summary>Stored, but another event decides.</summary>
    Shadowed = 2,

    /// <summary>Was stored before, with the same content.</summary>
    Duplicate = 3,

    /// <summary>Another event is stored under this id: nothing changed.</summary>
    Conflict = 4,
}
