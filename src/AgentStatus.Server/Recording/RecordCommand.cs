namespace AgentStatus.Server.Recording;

/// <summary>An event that waits to be recorded, and the request that waits for what becomes of it.</summary>
/// <param name="given">As the sender gave it; occurred_at and event_id may be missing: <see cref="Complete"/> fills
/// them in.</param>
/// <param name="anyOccurredAt">The sender left occurred_at empty.</param>
/// <param name="request">Waits for it, and maybe for others.</param>
internal sealed class RecordCommand(StatusEvent given, bool anyOccurredAt, RecordRequest request)
{
    private RecordResult _result;

    public AgentKey Agent => given.Agent;

    /// <summary>When it occurred, as its sender says; null: it did not say.</summary>
    public long? OccurredAtMs => anyOccurredAt ? null : given.OccurredAtMs;

    /// <summary>When it was queued, by the clock's timestamp.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Why it was not recorded, or may not have been; null: it was. Once the request is answered.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What became of it, once the request is answered and there is no failure.</summary>
    public RecordResult Result => _result;

    /// <summary>The event with what the sender left out: the later of now and 1 ms after the agent's last known event,
    /// but nothing later than senders may say, so that a clock that was wrong once does not move the agent into the
    /// future; and an id.</summary>
    public EventToAppend Complete(long nowMs, long? lastOccurredAtMs, EventIds ids)
    {
        var completed = given;
        if (anyOccurredAt)
            completed = completed with
            {
                OccurredAtMs = Math.Clamp(lastOccurredAtMs + 1 ?? nowMs, nowMs, nowMs + Limits.FutureMs),
            };
        if (completed.EventId.Length == 0) completed = completed with { EventId = ids.Next(nowMs) };
        return new(completed, nowMs, anyOccurredAt);
    }

    public void Succeed(in RecordResult result)
    {
        _result = result;
        request.AnswerOne();
    }

    public void Fail(Exception failure)
    {
        Failure = failure;
        request.AnswerOne();
    }
}

/// <summary>Waits for one command or several.</summary>
internal sealed class RecordRequest(int commands)
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = commands;

    /// <summary>Ends when each of them has an answer.</summary>
    public Task Answered => _answered.Task;

    public void AnswerOne()
    {
        if (Interlocked.Decrement(ref _left) == 0) _answered.SetResult();
    }
}

/// <summary>Makes event ids that rise with arrival: of two events of one instant that came without ids, the later one
/// comes later in the agent's order, too. 32 hexadecimal digits: when it arrived in milliseconds, a count within that
/// millisecond, and chance, so that no two servers make the same. The writer's thread only.</summary>
internal sealed class EventIds
{
    private long _lastMs;
    private uint _count;

    public string Next(long nowMs)
    {
        _count = nowMs > _lastMs ? 0 : _count + 1;
        _lastMs = Math.Max(nowMs, _lastMs);
        return $"{_lastMs:x12}{_count:x8}{Random.Shared.NextInt64(1L << 48):x12}";
    }
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

    /// <summary>It occurred before the cut: nothing changed.</summary>
    BeforeCut = 5,

    /// <summary>The event with this id was erased: nothing is stored. The contract's DUPLICATE.</summary>
    Erased = 6,
}
