using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of rejected_events; its id says the whole content, so that it is kept once.</summary>
internal static class RejectedDocument
{
    /// <summary>Inserts those that are not there; returns how many.</summary>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public static long Insert(MongoClient client, IReadOnlyList<RejectedEvent> rejected, string serverId)
    {
        var document = new BsonWriter();
        using var bulk = client.Bulk(Collections.Rejected);
        foreach (var (one, recordedAtMs, rejectedAtMs) in rejected)
        {
            document.Begin().String("_id"u8,
                $"{EventDocument.Id(one)}/{one.Agent.AgentId}/{one.Status}/{one.Origin}/{one.OccurredAtMs}");
            EventDocument.WriteContent(document, one, recordedAtMs);
            document.Date("rejected_at"u8, rejectedAtMs).String("server_id"u8, serverId);
            bulk.Insert(document.Finish());
        }

        var result = bulk.Execute();
        if (result.Unconfirmed is { } unconfirmed)
            throw unconfirmed;
        foreach (var error in result.Errors)
        {
            if (error.IsDuplicateKey)
                continue;
            throw new MongoException(MongoErrorDomain.Server, error.Code, $"{Collections.Rejected}: {error.Message}");
        }

        return result.Inserted;
    }
}
