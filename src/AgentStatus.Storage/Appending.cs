namespace AgentStatus.Storage;

/// <summary>An event on its way into the store.</summary>
/// <param name="Event">The event, complete.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
/// <param name="AnyOccurredAt">The sender left occurred_at empty: the same id with otherwise equal content is a
/// duplicate, whatever its instant (docs/rules.md, Events).</param>
public readonly record struct EventToAppend(StatusEvent Event, long RecordedAtMs, bool AnyOccurredAt)
{
    /// <summary>What becomes of this event where its id was stored before: a duplicate, or a conflict.</summary>
    public AppendResult CompareWith(StatusEvent stored)
    {
        var sent = AnyOccurredAt ? Event with { OccurredAtMs = stored.OccurredAtMs } : Event;
        var sameContent = sent == stored;
        return new(sameContent ? AppendOutcome.Duplicate : AppendOutcome.Conflict, stored);
    }
}

/// <summary>What became of an appended event.</summary>
public enum AppendOutcome
{
    /// <summary>It is new.</summary>
    Stored,

    /// <summary>The same id with the same content was stored before.</summary>
    Duplicate,

    /// <summary>The same id was stored before with other content; the stored one stands.</summary>
    Conflict,

    /// <summary>An event with this id was erased: nothing is stored.</summary>
    Erased,
}

/// <summary>What became of an appended event.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stored">The event that the store holds under this id: the appended one, or the earlier one.</param>
/// <param name="IsSpooled">The event lies in this machine's spool and is on its way into the store, which does not
/// answer: it survives a restart of the machine, not the loss of its disk.</param>
public readonly record struct AppendResult(AppendOutcome Outcome, StatusEvent Stored, bool IsSpooled = false);
