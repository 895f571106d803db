namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of retractions, and of the events that they are about.</summary>
internal static class RetractionReads
{
    /// <summary>Ids of one query.</summary>
    private const int QueryIds = 1_000;

    private static readonly FindOptions<RetractionDocument> Whole = new();
    private static readonly FindOptions<EventDocument, EventDocument> WholeEvent = new();

    /// <summary>Those of these companies.</summary>
    public static async Task<List<Retraction>> ReadAllAsync(
        StatusDatabase database, CompanyPartition companies, TimeLimit time) =>
        await database.Retractions.ReadAsync(new BsonDocument(), time, Whole)
            .Select(document => document.Retraction).Where(one => companies.Contains(one.CompanyId)).ToListAsync();

    /// <summary>The retractions of these events, by event id.</summary>
    public static async Task<Dictionary<string, Retraction>> FindAsync(
        StatusDatabase database, long companyId, IEnumerable<string> eventIds, TimeLimit time)
    {
        var found = new Dictionary<string, Retraction>(StringComparer.Ordinal);
        foreach (var some in eventIds.Chunk(QueryIds))
            await foreach (var document in database.Retractions.ReadAsync(ById(companyId, some), time, Whole))
                found[document.Retraction.EventId] = document.Retraction;
        return found;
    }

    /// <summary>The events that these retractions are about, as far as they are there.</summary>
    public static async Task<List<StatusEvent>> FindEventsAsync(
        StatusDatabase database, IEnumerable<Retraction> retractions, TimeLimit time)
    {
        var found = new List<StatusEvent>();
        foreach (var company in retractions.GroupBy(one => one.CompanyId))
            foreach (var some in company.Select(one => one.EventId).Distinct().Chunk(QueryIds))
                await foreach (var document in database.Events.ReadAsync(ById(company.Key, some), time, WholeEvent))
                    found.Add(document.Event);
        return found;
    }

    private static BsonDocument ById(long companyId, IEnumerable<string> eventIds) => new(
        "_id", new BsonDocument("$in", new BsonArray(eventIds.Select(id => EventDocument.IdOf(companyId, id)))));
}
