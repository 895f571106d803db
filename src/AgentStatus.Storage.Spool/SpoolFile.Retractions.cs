namespace AgentStatus.Storage.Spool;

/// <content>The retractions, beside the events.</content>
public sealed partial class SpoolFile
{
    private readonly SpooledRetractionTable _retractions;
    private long _retractionCount;

    /// <summary>Retractions in it.</summary>
    public long RetractionCount => Volatile.Read(ref _retractionCount);

    /// <summary>Takes the retractions, all or none; the events that they are about are looked for in the
    /// spool.</summary>
    /// <exception cref="SpoolFullException">None was taken: no room.</exception>
    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions)
    {
        lock (_file.Gate)
        {
            var results = Add_NeedsLock(() => retractions.Select(one => new RetractResult(
                _retractions.Retractions.Add(one),
                _table.FindById(one.CompanyId, one.EventId)?.ToAppend.Event,
                IsSpooled: true)).ToArray());
            Volatile.Write(ref _retractionCount, _retractions.Count());
            return results;
        }
    }

    /// <summary>The event's retraction; null: it is not in the spool.</summary>
    public Retraction? FindRetraction(long companyId, string eventId) =>
        Read(() => _retractions.Retractions.Find(companyId, eventId));

    /// <summary>The event with this id; null: it is not in the spool.</summary>
    public StatusEvent? FindEvent(long companyId, string eventId) =>
        Read(() => _table.FindById(companyId, eventId)?.ToAppend.Event);

    /// <summary>All of them.</summary>
    public IReadOnlyList<Retraction> ReadRetractions() => Read(() => _retractions.Retractions.Read());

    /// <summary>The oldest, at most so many, and through which number they go.</summary>
    public (IReadOnlyList<Retraction> Retractions, long Through) ReadOldestRetractions(int most) =>
        Read(() => _retractions.ReadOldest(most));

    /// <summary>Removes those up to this number.</summary>
    public void RemoveRetractionsThrough(long number)
    {
        lock (_file.Gate)
        {
            Volatile.Write(
                ref _retractionCount, _retractionCount - Change(() => _retractions.RemoveThrough(number)));
            Shrink_NeedsLock();
        }
    }
}
