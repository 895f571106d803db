namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of erasures: one that is under way, or has ended. It stays for good: for servers, and spools,
/// that were away meanwhile.</summary>
/// <param name="Id">Company and hash: an ended one does not say the agent any more.</param>
/// <param name="Of">The agent is 0 where it has ended.</param>
/// <param name="BegunAtMs">Tells it from an earlier one of the same.</param>
/// <param name="EndedAtMs">By the database's clock; null: it is under way.</param>
/// <param name="AcknowledgedBy">The servers that have forgotten whom it is of.</param>
[BsonSerializer(typeof(DocumentSerializer<ErasureDocument>))]
internal sealed record ErasureDocument(
    string Id,
    Erasure Of,
    long BegunAtMs,
    long? EndedAtMs,
    IReadOnlySet<string> AcknowledgedBy,
    ErasedCounts Counts)
    : IDocument<ErasureDocument>
{
    private static readonly BsonElement IsUnderWay = new("ended_at", BsonNull.Value);

    public static string Collection => "erasures";

    /// <summary>What an ended one leaves of whom it was of.</summary>
    public EndedErasure Ended => new(Of.CompanyId, Convert.FromHexString(Id[(Id.IndexOf('/') + 1)..]));

    public static string IdOf(Erasure erasure) =>
        $"{erasure.CompanyId}/{Convert.ToHexStringLower(ErasedIds.Of(erasure))}";

    public static BsonDocument ById(Erasure erasure) =>
        new() { { "_id", IdOf(erasure) }, { "company_id", erasure.CompanyId } };

    /// <summary>All that are under way, and those that ended since an instant.</summary>
    public static BsonDocument UnderWayOrEndedSince(long instantMs) => new("$or", new BsonArray
    {
        new BsonDocument { IsUnderWay },
        new BsonDocument("ended_at", new BsonDocument("$gte", DocumentFields.Bound(instantMs))),
    });

    /// <summary>Begins it: in the place of one that has ended, or of none. One that is under way has the id, and
    /// stays.</summary>
    public static UpdateOneModel<ErasureDocument> Begin(Erasure erasure, long nowMs)
    {
        var ended = ById(erasure);
        ended.Add("ended_at", new BsonDocument("$gte", DocumentFields.Bound(long.MinValue)));
        var begun = Fields(default);
        begun.Add("agent_id", erasure.AgentId);
        begun.Add("begun_at", new BsonDateTime(nowMs));
        begun.Add(IsUnderWay);
        begun.Add("acknowledged_by", new BsonArray());
        return new(ended, new BsonDocument("$set", begun)) { IsUpsert = true };
    }

    /// <summary>Notes that servers have forgotten whom it is of.</summary>
    public static UpdateOneModel<ErasureDocument> Acknowledge(
        Erasure erasure, long begunAtMs, IEnumerable<string> serverIds)
    {
        var all = new BsonDocument("$each", new BsonArray(serverIds));
        return new(
            UnderWay(erasure, begunAtMs), new BsonDocument("$addToSet", new BsonDocument("acknowledged_by", all)));
    }

    /// <summary>Adds what a portion erased.</summary>
    public static UpdateOneModel<ErasureDocument> Count(Erasure erasure, long begunAtMs, ErasedCounts erased) =>
        new(UnderWay(erasure, begunAtMs), new BsonDocument("$inc", Fields(erased)));

    /// <summary>Ends it.</summary>
    public static UpdateOneModel<ErasureDocument> End(Erasure erasure, long begunAtMs) =>
        new(UnderWay(erasure, begunAtMs), new BsonDocument
        {
            { "$currentDate", new BsonDocument("ended_at", true) },
            { "$unset", new BsonDocument { { "agent_id", "" }, { "acknowledged_by", "" } } },
        });

    private static BsonDocument UnderWay(Erasure erasure, long begunAtMs)
    {
        var filter = ById(erasure);
        filter.Add("begun_at", new BsonDateTime(begunAtMs));
        filter.Add(IsUnderWay);
        return filter;
    }

    public static ErasureDocument Read(BsonDocument document) => new(
        document["_id"].AsString,
        new(document.WholeNumber("company_id"), document.WholeNumberOrZero("agent_id")),
        document.Date("begun_at"),
        document.DateOrNull("ended_at"),
        document.TryGetValue("acknowledged_by", out var servers)
            ? servers.AsBsonArray.Select(id => id.AsString).ToHashSet()
            : new HashSet<string>(),
        new(
            document.WholeNumber("events"), document.WholeNumber("retractions"), document.WholeNumber("call_steps"),
            document.WholeNumber("offline_periods"), document.WholeNumber("hours_versions")));

    private static BsonDocument Fields(ErasedCounts counts) => new()
    {
        { "events", counts.Events },
        { "retractions", counts.Retractions },
        { "call_steps", counts.CallSteps },
        { "offline_periods", counts.OfflinePeriods },
        { "hours_versions", counts.HoursVersions },
    };
}
