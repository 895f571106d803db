using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The collection erased_ids: hashes (<see cref="ErasedIds"/>) of what was erased. There are no transactions
/// here: a hash comes before its event goes, so that who does not find an event finds that it was erased.</summary>
internal sealed class ErasedIdDocuments(MongoSession session)
{
    /// <summary>Ids of one query.</summary>
    private const int QueryIds = 1_000;

    private readonly IMongoCollection<BsonDocument> _ids = session.Database.ErasedIds;

    public static string OfEvent(long companyId, string eventId) =>
        IdOf(companyId, ErasedIds.OfEvent(companyId, eventId));

    public static string OfRing(in RingKey ring) => IdOf(ring.CompanyId, ErasedIds.OfRing(ring));

    /// <summary>Notes that these were erased: durable when it returns.</summary>
    public void Add(long companyId, IEnumerable<string> ids)
    {
        foreach (var some in ids.Distinct().Chunk(QueryIds))
            session.Writes.Write(time => _ids.InsertAsync(
                some.Select(id => new BsonDocument { { "_id", id }, { "company_id", companyId } }), time.Token));
    }

    /// <summary>Which of these were erased.</summary>
    public HashSet<string> Find(IEnumerable<string> ids)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in ids.Distinct().Chunk(QueryIds))
        {
            var filter = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(some)));
            found.UnionWith(session.Writes.RunOfWrite(async time => await _ids.ReadAsync(
                filter, time, new FindOptions<BsonDocument>()).Select(one => one["_id"].AsString).ToListAsync()));
        }

        return found;
    }

    private static string IdOf(long companyId, byte[] hash) => $"{companyId}/{Convert.ToHexStringLower(hash)}";
}
