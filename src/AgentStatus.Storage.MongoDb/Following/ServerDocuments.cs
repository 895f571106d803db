using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>The collection servers: what is written to it and read from it.</summary>
internal static class ServerDocuments
{
    private static readonly BsonElement SeenNow = new("$currentDate", new BsonDocument("seen_at", true));

    private static readonly FindOneAndUpdateOptions<ServerDocument, BsonDocument> UpsertAndGiveSeenAt = new()
    {
        IsUpsert = true,
        ReturnDocument = ReturnDocument.After,
        Projection = new BsonDocument("seen_at", 1),
    };

    /// <summary>
    /// Writes a sign of life and returns the database's time. Numbers only grow, so that one that lands late does no
    /// harm; who was given up and lives is back.
    /// </summary>
    public static async Task<long> RefreshAsync(
        StatusDatabase database, string serverId, long confirmedThrough, long startedAtMs, CancellationToken cancel)
    {
        var update = new BsonDocument
        {
            SeenNow,
            { "$max", new BsonDocument("confirmed_through", confirmedThrough) },
            { "$set", new BsonDocument("stopped", false) },
            {
                "$setOnInsert",
                new BsonDocument
                {
                    { "host", Environment.MachineName },
                    { "process_id", Environment.ProcessId },
                    { "started_at", new BsonDateTime(startedAtMs) },
                }
            },
        };
        var written = await database.Servers.FindOneAndUpdateAsync(
            new BsonDocument("_id", serverId), update, UpsertAndGiveSeenAt, cancel);
        return written.Date("seen_at");
    }

    public static async Task<List<ServerDocument>> ReadAsync(
        StatusDatabase database, string exceptId, long? seenSinceMs, CancellationToken cancel)
    {
        var filter = new BsonDocument("_id", new BsonDocument("$ne", exceptId));
        if (seenSinceMs is { } since)
            filter.Add("seen_at", new BsonDocument("$gte", DocumentFields.Bound(since)));
        using var cursor = await database.Servers.FindAsync(filter, cancellationToken: cancel);
        return await cursor.ToListAsync(cancel);
    }

    public static Task StopAsync(
        StatusDatabase database, string serverId, long confirmedThrough, CancellationToken cancel) =>
        UpdateAsync(
            database,
            new("_id", serverId),
            new()
            {
                SeenNow,
                { "$max", new BsonDocument("confirmed_through", confirmedThrough) },
                { "$set", new BsonDocument("stopped", true) },
            },
            cancel);

    /// <summary>Has the others ask once more for what a server wrote that was not seen since then.</summary>
    public static Task RecallAsync(
        StatusDatabase database, string serverId, long silentSinceMs, CancellationToken cancel) => UpdateAsync(
        database,
        new() { { "_id", serverId }, { "seen_at", new BsonDocument("$lt", DocumentFields.Bound(silentSinceMs)) } },
        new() { SeenNow },
        cancel);

    /// <summary>Whether the server stored an event behind this number.</summary>
    public static async Task<bool> HasEventsBehindAsync(
        StatusDatabase database, string serverId, long number, CancellationToken cancel)
    {
        var filter = new BsonDocument { { "server_id", serverId }, { "sequence", new BsonDocument("$gt", number) } };
        using var cursor = await database.Events.FindAsync(filter, new FindOptions<EventDocument> { Limit = 1 }, cancel);
        return await cursor.AnyAsync(cancel);
    }

    /// <summary>Deletes the document, unless the server showed a sign of life since.</summary>
    public static Task DeleteAsync(StatusDatabase database, ServerDocument server, CancellationToken cancel) =>
        database.Servers.WriteAsync([new DeleteOneModel<ServerDocument>(IdAndSeenAt(server))], cancel);

    private static BsonDocument IdAndSeenAt(ServerDocument server) =>
        new() { { "_id", server.Id }, { "seen_at", new BsonDateTime(server.SeenAtMs) } };

    private static Task UpdateAsync(
        StatusDatabase database, BsonDocument filter, BsonDocument update, CancellationToken cancel) =>
        database.Servers.WriteAsync([new UpdateOneModel<ServerDocument>(filter, update)], cancel);
}
