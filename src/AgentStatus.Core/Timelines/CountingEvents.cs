namespace AgentStatus.Core.Timelines;

/// <summary>An event, and when a server acknowledged it.</summary>
public readonly record struct RecordedEvent(StatusEvent Event, long RecordedAtMs);

/// <summary>Says that one event was wrong and does not count; it may be there before its event.</summary>
public readonly record struct RecordedRetraction(string EventId, long RecordedAtMs);

/// <summary>Which events count (docs/rules.md, Events): those that are not retracted.</summary>
public static class CountingEvents
{
    /// <summary>The events that count, in total order.</summary>
    /// <param name="events">One agent's, without order.</param>
    /// <param name="retractions">Of the same company, without order; others do no harm.</param>
    /// <param name="asKnownAtMs">Events and retractions that were recorded from then on do not exist yet.</param>
    public static List<StatusEvent> Of(
        IEnumerable<RecordedEvent> events,
        IEnumerable<RecordedRetraction> retractions,
        long asKnownAtMs = long.MaxValue)
    {
        var retracted = retractions.Where(one => one.RecordedAtMs < asKnownAtMs).Select(one => one.EventId).ToHashSet();
        var counting = events
            .Where(one => one.RecordedAtMs < asKnownAtMs && !retracted.Contains(one.Event.EventId))
            .Select(one => one.Event)
            .ToList();
        counting.Sort(StatusEvent.Compare);
        return counting;
    }
}
