using AgentStatus.Core;

namespace AgentStatus.Storage;

/// <summary>An event on its way into the store.</summary>
/// <param name="Event">The event, complete.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
/// <param name="AnyOccurredAt">
/// The sender left occurred_at empty: the same id with otherwise equal content is a duplicate, whatever its instant
/// (docs/rules.md, Events).
/// </param>
public readonly record struct EventToAppend(StatusEvent Event, long RecordedAtMs, bool AnyOccurredAt)
{
    /// <summary>What becomes of this event where its id was stored before: a duplicate, or a conflict.</summary>
    public AppendResult CompareWith(StatusEvent stored)
    {
        var sameContent = Event.Agent == stored.Agent
            && Event.Status == stored.Status
            && Event.Origin == stored.Origin
            && (AnyOccurredAt || Event.OccurredAtMs == stored.OccurredAtMs);
        return new(sameContent ? AppendOutcome.Duplicate : AppendOutcome.Conflict, stored);
    }
}
