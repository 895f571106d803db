using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What the writer's thread does to the database; nothing takes longer than the write time-out.</summary>
/// <param name="retracted">Gets the ids that this server retracts.</param>
internal sealed class MongoWriter(
    StatusDatabase database, TimedOperations operations, Membership membership, Retractions retracted)
{
    private readonly NumberedInserts _inserts = new(operations, membership);

    /// <summary>See <see cref="IStatusStore.Append"/>.</summary>
    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        var firsts = new OrderedDictionary<string, EventToAppend>(events.Count, StringComparer.Ordinal);
        foreach (var added in events)
            firsts.TryAdd(EventDocument.IdOf(added.Event), added);
        var taken = _inserts.Insert(database.Events, firsts.Keys, (index, number) =>
        {
            var (id, first) = firsts.GetAt(index);
            return new(id, first.Event, first.RecordedAtMs, membership.ServerId, number);
        });
        // The first of an id is new if nothing stood there; whatever comes after it finds something.
        var results = new AppendResult[events.Count];
        for (int i = 0, next = 0; i < results.Length; i++)
        {
            var index = firsts.Count == results.Length ? i : firsts.IndexOf(EventDocument.IdOf(events[i].Event));
            var isFirst = index == next;
            if (isFirst)
                next++;
            results[i] = taken.TryGetValue(index, out var stored) ? events[i].CompareWith(stored.Event)
                : isFirst ? new(AppendOutcome.Stored, events[i].Event)
                : events[i].CompareWith(firsts.GetAt(index).Value.Event);
        }

        return results;
    }

    /// <summary>See <see cref="IStatusStore.Retract"/>.</summary>
    public IReadOnlyList<RetractResult> Retract(IReadOnlyList<Retraction> retractions)
    {
        var firsts = new OrderedDictionary<string, Retraction>(retractions.Count, StringComparer.Ordinal);
        foreach (var one in retractions) firsts.TryAdd(RetractionDocument.IdOf(one), one);
        var taken = _inserts.Insert(database.Retractions, firsts.Keys, (index, number) =>
        {
            var (id, first) = firsts.GetAt(index);
            return new(id, first, membership.ServerId, number);
        });

        // The events are looked for after the retractions are there and known here: whoever stores or reads one later
        // finds that it is retracted.
        foreach (var one in retractions) retracted.Add(one.CompanyId, one.EventId);
        var events = FindEvents(retractions).ToDictionary(EventDocument.IdOf, StringComparer.Ordinal);
        var results = new RetractResult[retractions.Count];
        for (int i = 0, next = 0; i < results.Length; i++)
        {
            var id = RetractionDocument.IdOf(retractions[i]);
            var index = firsts.IndexOf(id);
            var isFirst = index == next;
            if (isFirst) next++;
            results[i] = new(isFirst && !taken.ContainsKey(index), events.GetValueOrDefault(id));
        }

        return results;
    }

    /// <summary>The events that these are about, as far as they are there.</summary>
    public List<StatusEvent> FindEvents(IReadOnlyList<Retraction> retractions) =>
        operations.RunOfWrite(time => RetractionReads.FindEventsAsync(database, retractions, time));

    /// <summary>See <see cref="IStatusStore.AddHours"/>.</summary>
    public StoredHours AddHours(StoredHours hours)
    {
        var id = HoursDocument.IdOf(hours);
        var taken = _inserts.Insert(
            database.Hours, [id], (_, number) => new(id, hours, membership.ServerId, number));
        return taken.TryGetValue(0, out var stands) ? stands.Version : hours;
    }

    /// <summary>See <see cref="ISharedStore.AddRejected"/>.</summary>
    public void AddRejected(IReadOnlyList<RejectedEvent> rejected)
    {
        var documents = rejected.Select(one => EventDocument.Rejected(one, membership.ServerId));
        operations.Write(time => database.Rejected.InsertAsync(documents, time.Token));
    }
}
