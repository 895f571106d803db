namespace AgentStatus.Storage.MongoDb;

/// <summary>The indexes, made at start where they are missing. None is unique but _id, which begins with the company:
/// so the collections can be sharded by company_id.</summary>
internal static class Indexes
{
    /// <summary>An agent's events of one origin, in order: every read is a few seeks into it. It holds all that is read
    /// but the actor, so that the documents are not fetched.</summary>
    private static readonly string[] AgentEvents =
    [
        "company_id", "agent_id", "origin", "occurred_at", "event_id", "status", "event_sequence", "call_id",
        "device_id", "label",
    ];

    /// <summary>The name of <see cref="AgentEvents"/>: that of the index which stood in its place before events had
    /// more to say. A server of that time makes its own index when it starts; the database refuses a second one of that
    /// name, and the server does not start. It would pass over half of what newer servers write.</summary>
    private static readonly string AgentEventsName = string.Join('_', AgentEvents[..6]);

    /// <summary>What one server stored, by which the others follow it.</summary>
    private static readonly string[] ServerSequence = ["server_id", "sequence"];

    /// <summary>An agent's periods that lasted after an instant: also those that began after it, for a period ends
    /// after it began. A lasting one has null, which comes first.</summary>
    private static readonly string[] AgentPeriods = ["company_id", "agent_id", "ended_at"];

    /// <summary>Periods that older hours made stale. A company has few versions: one seek each.</summary>
    private static readonly string[] StalePeriods = ["company_id", "hours_in_force_from", "ended_at"];

    /// <summary>Periods written lately: what an earlier owner of the projection wrote late is among them.</summary>
    private static readonly string[] WrittenPeriods = ["written_at", "epoch"];

    /// <summary>A call's steps, in order.</summary>
    private static readonly string[] StepsOfCall = ["company_id", "call_id", "ring_at"];

    /// <summary>The calls of a time, and those of an agent: a search reads nothing else.</summary>
    private static readonly string[] CallsByTime = ["company_id", "ring_at", "call_id"];

    private static readonly string[] CallsOfAgent = ["company_id", "agent_id", "ring_at", "call_id"];

    /// <summary>The audit log of a time, and a company's.</summary>
    private static readonly string[] AuditByTime = ["recorded_at"];

    private static readonly string[] AuditOfCompany = ["company_id", "recorded_at"];

    /// <summary>Erasures that are under way, and those that ended lately.</summary>
    private static readonly string[] ErasuresByEnd = ["ended_at"];

    public static async Task MakeAsync(StatusDatabase database, CancellationToken cancel)
    {
        await DropFormerAsync(database.Events, cancel);
        await MakeAsync(database.Events, cancel, AgentEvents, ServerSequence);
        await MakeAsync(database.Retractions, cancel, ServerSequence);
        await MakeAsync(database.Hours, cancel, ServerSequence);
        await MakeAsync(database.OfflinePeriods, cancel, AgentPeriods, StalePeriods, WrittenPeriods);
        await MakeAsync(database.CallSteps, cancel, StepsOfCall, CallsByTime, CallsOfAgent);
        await MakeAsync(database.AuditLog, cancel, AuditByTime, AuditOfCompany);
        await MakeAsync(database.Erasures, cancel, ErasuresByEnd);
    }

    private static Task MakeAsync<T>(
        IMongoCollection<T> collection, CancellationToken cancel, params string[][] indexes)
    {
        var models = indexes.Select(fields => new CreateIndexModel<T>(
            Keys(fields), new CreateIndexOptions { Name = NameOf(fields) })).ToList();
        return StatusDatabase.OnceMoreAsync(() => collection.Indexes.CreateManyAsync(models, cancel));
    }

    /// <summary>Drops the index that has the name of <see cref="AgentEvents"/> and other fields, and the one that has
    /// its fields and another name.</summary>
    private static async Task DropFormerAsync<T>(IMongoCollection<T> collection, CancellationToken cancel)
    {
        using var found = await StatusDatabase.OnceMoreAsync(() => collection.Indexes.ListAsync(cancel));
        foreach (var index in await found.ToListAsync(cancel))
        {
            var name = index["name"].AsString;
            var hasOurFields = index["key"].AsBsonDocument.Names.SequenceEqual(AgentEvents);
            if ((name == AgentEventsName) != hasOurFields) await DropAsync(collection, name, cancel);
        }
    }

    private static async Task DropAsync<T>(IMongoCollection<T> collection, string name, CancellationToken cancel)
    {
        try
        {
            await collection.Indexes.DropOneAsync(name, cancel);
        }
        catch (MongoCommandException failure) when (failure.CodeName is "IndexNotFound" or "NamespaceNotFound")
        {
            // Another server that starts has done it.
        }
    }

    private static BsonDocument Keys(string[] fields) => new(fields.Select(field => new BsonElement(field, 1)));

    private static string NameOf(string[] fields) =>
        fields == AgentEvents ? AgentEventsName : string.Join('_', fields);
}
