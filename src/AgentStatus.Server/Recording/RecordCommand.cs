namespace AgentStatus.Server.Recording;

/// <summary>An event that waits to be recorded, and the caller that waits for the answer.</summary>
internal sealed class RecordCommand(AgentKey agent, Status status, Origin origin, long? occurredAtMs, string eventId)
{
    private readonly TaskCompletionSource<RecordResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentKey Agent { get; } = agent;

    /// <summary>Whether the server has to say when it occurred.</summary>
    public bool AnyOccurredAt { get; } = occurredAtMs is null;

    public Task<RecordResult> Answer => _answer.Task;

    /// <summary>The event with what the sender left out: the later of now and 1 ms after the agent's last known event,
    /// but nothing later than senders may say, so that a clock that was wrong once does not move the agent into the
    /// future; and an id that sorts by time.</summary>
    public EventToAppend Complete(long nowMs, Func<AgentKey, long?> lastOccurredAtMs)
    {
        var atMs = occurredAtMs ?? Math.Clamp(lastOccurredAtMs(Agent) + 1 ?? nowMs, nowMs, nowMs + Limits.FutureMs);
        var id = eventId.Length > 0
            ? eventId
            : Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, atMs))).ToString("N");
        return new EventToAppend(new StatusEvent(Agent, status, origin, atMs, id), nowMs, AnyOccurredAt);
    }

    public void Succeed(RecordResult result) => _answer.SetResult(result);

    public void Fail(Exception failure) => _answer.SetException(failure);
}
