using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of one agent's events.</summary>
internal static class EventReads
{
    /// <summary>See <see cref="IEventReader.ReadEvents"/>. Two round trips; one for an empty range.</summary>
    public static IReadOnlyList<StatusEvent> Read(MongoClient client, AgentKey agent, long fromMs, long toMs)
    {
        var events = fromMs > Limits.FirstInstantMs
            ? LastEvents.Read(client, agent.CompanyId, [agent.AgentId], fromMs)
            : [];
        if (toMs > fromMs)
            ReadRange(client, agent, fromMs, toMs, events);
        events.Sort(StatusEvent.Compare);
        return events;
    }

    private static void ReadRange(
        MongoClient client, AgentKey agent, long fromMs, long toMs, List<StatusEvent> events)
    {
        var filter = new BsonWriter().Begin()
            .Agent(agent)
            .BeginDocument("occurred_at"u8).Bound("$gte"u8, fromMs).Bound("$lt"u8, toMs).End();
        var options = new BsonWriter().Begin().EventFields("projection"u8);
        using var cursor = client.Find(Collections.Events, filter.Finish(), options.Finish());
        while (cursor.TryNext(out var document))
        {
            events.Add(MongoFailures.Decode(
                Collections.Events, document, read => EventDocument.ReadOf(agent.CompanyId, read)));
        }
    }
}
