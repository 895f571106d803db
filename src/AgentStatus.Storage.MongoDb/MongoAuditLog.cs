namespace AgentStatus.Storage.MongoDb;

/// <summary>The audit log of all servers of a database. Nobody follows it; it is read when it is asked for.</summary>
/// <remarks>The id of an erased event does not come in, however late its entry comes.</remarks>
internal sealed class MongoAuditLog(MongoSession session, MongoErasure erasure) : IAuditStore
{
    private static readonly BsonDocument InOrder = new() { { "recorded_at", 1 }, { "_id", 1 } };

    private readonly IMongoCollection<AuditDocument> _entries = session.Database.AuditLog;

    public void Add(IReadOnlyList<AuditEntry> entries)
    {
        var erased = erasure.FindErased(entries, entry => entry.CompanyId, HashOf);
        session.Writes.Write(time => _entries.InsertAsync(entries.Select(entry => new AuditDocument(
            erased.Contains(HashOf(entry)) ? entry with { EventId = "" } : entry)), time.Token));

        static string HashOf(AuditEntry entry) => ErasedIdDocuments.OfEvent(entry.CompanyId, entry.EventId);
    }

    public IReadOnlyList<AuditEntry> Read(AuditQuery query, int most)
    {
        var filter = new BsonDocument("recorded_at", new BsonDocument
        {
            { "$gte", DocumentFields.Bound(query.FromMs) }, { "$lt", DocumentFields.Bound(query.ToMs) },
        });
        if (query.CompanyId != 0) filter.Add("company_id", query.CompanyId);
        if (query.AfterId.Length > 0)
        {
            filter.Add("$or", new BsonArray
            {
                new BsonDocument("recorded_at", new BsonDocument("$gt", DocumentFields.Bound(query.FromMs))),
                new BsonDocument("_id", new BsonDocument("$gt", query.AfterId)),
            });
        }

        var options = new FindOptions<AuditDocument> { Sort = InOrder, Limit = most };
        return session.Reads.Run(async time =>
            await _entries.ReadAsync(filter, time, options).Select(document => document.Entry).ToListAsync());
    }
}
