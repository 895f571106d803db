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

    /// <summary>What stood in the place of <see cref="AgentEvents"/> before events had more to say: its beginning, so
    /// it is of no use beside it.</summary>
    private static readonly string FormerAgentEvents = string.Join('_', AgentEvents[..6]);

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

    public static async Task MakeAsync(StatusDatabase database, CancellationToken cancel)
    {
        await MakeAsync(database.Events, cancel, AgentEvents, ServerSequence);
        await DropAsync(database.Events, FormerAgentEvents, cancel);
        await MakeAsync(database.Retractions, cancel, ServerSequence);
        await MakeAsync(database.Hours, cancel, ServerSequence);
        await MakeAsync(database.OfflinePeriods, cancel, AgentPeriods, StalePeriods, WrittenPeriods);
        await MakeAsync(database.CallSteps, cancel, StepsOfCall, CallsByTime, CallsOfAgent);
    }

    private static Task MakeAsync<T>(
        IMongoCollection<T> collection, CancellationToken cancel, params string[][] indexes)
    {
        var models = indexes.Select(fields => new CreateIndexModel<T>(
            new BsonDocument(fields.Select(field => new BsonElement(field, 1))),
            new CreateIndexOptions { Name = string.Join('_', fields) })).ToList();
        return StatusDatabase.OnceMoreAsync(() => collection.Indexes.CreateManyAsync(models, cancel));
    }

    private static async Task DropAsync<T>(IMongoCollection<T> collection, string name, CancellationToken cancel)
    {
        try
        {
            await collection.Indexes.DropOneAsync(name, cancel);
        }
        catch (MongoCommandException failure) when (failure.CodeName is "IndexNotFound" or "NamespaceNotFound")
        {
            // Mostly: a database has it once.
        }
    }
}
