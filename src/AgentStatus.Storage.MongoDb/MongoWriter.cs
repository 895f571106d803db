using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.MongoDb;

/// <summary>What the writer's thread does to the database; no call takes longer than the write time-out.</summary>
internal sealed class MongoWriter(TimedCalls calls, ServerRegistry registry)
{
    private readonly NumberedInserts _inserts = new(calls, registry);

    public PeriodWrites Periods { get; } = new(calls, registry);

    /// <summary>See <see cref="IStoreBatch.Append"/>.</summary>
    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        var ids = new List<string>(events.Count);
        var indexes = new Dictionary<string, int>(events.Count, StringComparer.Ordinal);
        var firsts = new List<EventToAppend>(events.Count);
        foreach (var added in events)
        {
            var id = EventDocument.Id(added.Event);
            if (!indexes.TryAdd(id, ids.Count))
                continue;
            ids.Add(id);
            firsts.Add(added);
        }

        var taken = _inserts.Insert(
            Collections.Events, ids,
            (document, index, number) => EventDocument.Write(document, firsts[index], registry.ServerId, number),
            EventDocument.Read);
        // The first of an id is new if nothing stood there; whatever comes after it finds something.
        var results = new AppendResult[events.Count];
        for (int i = 0, next = 0; i < results.Length; i++)
        {
            var index = indexes.Count == results.Length ? i : indexes[EventDocument.Id(events[i].Event)];
            var isFirst = index == next;
            if (isFirst)
                next++;
            results[i] = taken.TryGetValue(index, out var stored) ? events[i].CompareWith(stored)
                : isFirst ? new(AppendOutcome.Stored, events[i].Event)
                : events[i].CompareWith(firsts[index].Event);
        }

        return results;
    }

    /// <summary>See <see cref="IStoreBatch.AddHours"/>.</summary>
    public StoredHours AddHours(StoredHours hours)
    {
        var taken = _inserts.Insert(
            Collections.Hours, [HoursDocument.Id(hours)],
            (document, _, number) => HoursDocument.Write(document, hours, registry.ServerId, number),
            HoursDocument.Read);
        return taken.TryGetValue(0, out var stands) ? stands : hours;
    }

    /// <summary>See <see cref="IEventReader.ReadEvents"/>.</summary>
    public IReadOnlyList<StatusEvent> ReadEvents(AgentKey agent, long fromMs, long toMs) => MongoFailures.Explain(
        () => calls.Make((client, _) => EventReads.Read(client, agent, fromMs, toMs)));

    /// <summary>See <see cref="ISharedStore.AddRejected"/>.</summary>
    public void AddRejected(IReadOnlyList<RejectedEvent> rejected)
    {
        try
        {
            calls.Make((client, _) => RejectedDocument.Insert(client, rejected, registry.ServerId));
        }
        catch (MongoException failure)
        {
            throw MongoFailures.Unconfirmed(failure);
        }
    }
}
