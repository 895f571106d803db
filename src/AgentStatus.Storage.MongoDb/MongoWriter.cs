using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What the writer's thread does to the database; nothing takes longer than the write time-out.</summary>
internal sealed class MongoWriter(StatusDatabase database, TimedOperations operations, Membership membership)
{
    private readonly NumberedInserts _inserts = new(operations, membership);

    /// <summary>See <see cref="IStatusStore.Append"/>.</summary>
    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        var ids = new List<string>(events.Count);
        var indexes = new Dictionary<string, int>(events.Count, StringComparer.Ordinal);
        var firsts = new List<EventToAppend>(events.Count);
        foreach (var added in events)
        {
            var id = EventDocument.IdOf(added.Event);
            if (!indexes.TryAdd(id, ids.Count))
                continue;
            ids.Add(id);
            firsts.Add(added);
        }

        var taken = _inserts.Insert(
            database.Events, ids,
            (index, number) => new(
                ids[index], firsts[index].Event, firsts[index].RecordedAtMs, membership.ServerId, number),
            document => new NumberedInserts.Standing<StatusEvent>(document.Id!, document.ServerId, document.Event));
        // The first of an id is new if nothing stood there; whatever comes after it finds something.
        var results = new AppendResult[events.Count];
        for (int i = 0, next = 0; i < results.Length; i++)
        {
            var index = indexes.Count == results.Length ? i : indexes[EventDocument.IdOf(events[i].Event)];
            var isFirst = index == next;
            if (isFirst)
                next++;
            results[i] = taken.TryGetValue(index, out var stored) ? events[i].CompareWith(stored)
                : isFirst ? new(AppendOutcome.Stored, events[i].Event)
                : events[i].CompareWith(firsts[index].Event);
        }

        return results;
    }

    /// <summary>See <see cref="IStatusStore.AddHours"/>.</summary>
    public StoredHours AddHours(StoredHours hours)
    {
        var id = HoursDocument.IdOf(hours);
        var taken = _inserts.Insert(
            database.Hours, [id],
            (_, number) => new(id, hours, membership.ServerId, number),
            document => new NumberedInserts.Standing<StoredHours>(document.Id, document.ServerId, document.Version));
        return taken.TryGetValue(0, out var stands) ? stands : hours;
    }

    /// <summary>See <see cref="ISharedStore.AddRejected"/>.</summary>
    public void AddRejected(IReadOnlyList<RejectedEvent> rejected)
    {
        var documents = rejected.Select(one => new RejectedDocument(one, membership.ServerId));
        operations.Write(time => database.Rejected.InsertAsync(documents, time.Token));
    }
}
