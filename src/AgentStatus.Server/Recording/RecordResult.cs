namespace AgentStatus.Server.Recording;

/// <summary>What became of a recorded event.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="EventId">The sender's, or the one that the server made.</param>
/// <param name="At">The agent's effective status at the event's occurred_at, as known now.</param>
/// <param name="IsSpooled">Durable on this machine's disk alone, so far.</param>
internal readonly record struct RecordResult(RecordOutcome Outcome, string EventId, StatusAt At, bool IsSpooled);

/// <summary>What became of a recorded event. All but the last have the contract's numbers.</summary>
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
