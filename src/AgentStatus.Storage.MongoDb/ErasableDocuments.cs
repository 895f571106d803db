using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Finds the documents of an agent, or of all of a company, and deletes documents by their ids.</summary>
internal sealed class ErasableDocuments(MongoSession session)
{
    private static readonly BsonDocument IdAlone = new("_id", 1);

    private static readonly BsonDocument KeyOfStep = new()
    {
        { "company_id", 1 }, { "call_id", 1 }, { "ring_group_id", 1 }, { "agent_id", 1 }, { "ring_at", 1 },
    };

    /// <summary>Ids of documents that name the agent.</summary>
    public List<string> FindIds<T>(IMongoCollection<T> collection, Erasure erasure, int most) =>
        [.. Find(collection, Those(erasure), IdAlone, most).Select(one => one["_id"].AsString)];

    /// <summary>Ids of documents of a company that name no agent.</summary>
    public List<string> FindIds<T>(IMongoCollection<T> collection, long companyId, int most)
    {
        // These collections have no index by company, but their ids begin with it.
        var ofCompany = new BsonDocument { { "$gte", $"{companyId}/" }, { "$lt", $"{companyId}0" } };
        return [.. Find(collection, new("_id", ofCompany), IdAlone, most).Select(one => one["_id"].AsString)];
    }

    public List<RingKey> FindRings(Erasure erasure, int most) =>
    [
        .. Find(session.Database.CallSteps, Those(erasure), KeyOfStep, most).Select(one => new RingKey(
            one.WholeNumber("company_id"), one.WholeNumber("call_id"), one.WholeNumber("ring_group_id"),
            one.WholeNumber("agent_id"), one.Date("ring_at"))),
    ];

    /// <summary>Entries of the company's audit log that name an event, behind one of them.</summary>
    public List<(string Id, string EventId)> FindEntries(long companyId, string afterId, int most)
    {
        var filter = new BsonDocument
        {
            { "company_id", companyId }, { "event_id", new BsonDocument("$gt", "") },
            { "_id", new BsonDocument("$gt", afterId) },
        };
        return Find(session.Database.AuditLog, filter, new("event_id", 1), most, inOrder: IdAlone).ConvertAll(
            one => (one["_id"].AsString, one["event_id"].AsString));
    }

    /// <summary>Takes the events' ids out of entries.</summary>
    public void EmptyEntries(long companyId, IReadOnlyList<string> ids)
    {
        if (ids.Count == 0) return;
        var update = new BsonDocument("$unset", new BsonDocument("event_id", ""));
        session.Writes.Write(time => session.Database.AuditLog.WriteAsync(
            [new UpdateManyModel<AuditDocument>(ById(companyId, ids), update)], time.Token));
    }

    /// <summary>Deletes documents; says how many were there.</summary>
    public long Delete<T>(IMongoCollection<T> collection, long companyId, IReadOnlyList<string> ids) => ids.Count == 0
        ? 0
        : session.Writes.Write(time => collection.DeleteAsync(ById(companyId, ids), time.Token));

    private List<BsonDocument> Find<T>(
        IMongoCollection<T> collection,
        BsonDocument filter,
        BsonDocument fields,
        int most,
        BsonDocument? inOrder = null)
    {
        var options = new FindOptions<T, BsonDocument> { Projection = fields, Sort = inOrder, Limit = most };
        return session.Steps.Run(async time => await collection.ReadAsync(filter, time, options).ToListAsync());
    }

    private static BsonDocument Those(Erasure erasure)
    {
        var filter = new BsonDocument("company_id", erasure.CompanyId);
        if (erasure.AgentId != 0) filter.Add("agent_id", erasure.AgentId);
        return filter;
    }

    private static BsonDocument ById(long companyId, IEnumerable<string> ids) => new()
    {
        { "company_id", companyId }, { "_id", new BsonDocument("$in", new BsonArray(ids)) },
    };
}
