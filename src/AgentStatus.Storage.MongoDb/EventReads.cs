namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of one agent's events.</summary>
internal static class EventReads
{
    /// <summary>The fields of an event but its company: the index has them all.</summary>
    public static readonly BsonDocument Fields = new()
    {
        { "_id", 0 }, { "agent_id", 1 }, { "origin", 1 }, { "occurred_at", 1 }, { "event_id", 1 }, { "status", 1 },
    };

    /// <summary>See <see cref="IEventReader.ReadEvents"/>. Two round trips; one for an empty range.</summary>
    public static async Task<IReadOnlyList<StatusEvent>> ReadAsync(
        StatusDatabase database, AgentKey agent, long fromMs, long toMs, TimeLimit time)
    {
        var events = fromMs > Limits.FirstInstantMs
            ? await LastEvents.ReadAsync(database, agent.CompanyId, [agent.AgentId], fromMs, time.Token)
            : [];
        if (toMs > fromMs)
            await ReadRangeAsync(database, agent, fromMs, toMs, events, time);
        events.Sort(StatusEvent.Compare);
        return events;
    }

    private static async Task ReadRangeAsync(
        StatusDatabase database, AgentKey agent, long fromMs, long toMs, List<StatusEvent> events, TimeLimit time)
    {
        var filter = new BsonDocument
        {
            { "company_id", agent.CompanyId },
            { "agent_id", agent.AgentId },
            {
                "occurred_at",
                new BsonDocument { { "$gte", DocumentFields.Bound(fromMs) }, { "$lt", DocumentFields.Bound(toMs) } }
            },
        };
        await foreach (var document in database.Events.ReadAsync(filter, time, new() { Projection = Fields }))
            events.Add(document.Of(agent.CompanyId));
    }
}
