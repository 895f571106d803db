using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>The collection servers: its documents, and the commands on it.</summary>
internal static class ServerDocuments
{
    /// <summary>
    /// The command that writes a sign of life and returns the database's time. Numbers only grow, so that one that
    /// lands late does no harm; who was given up and lives is back.
    /// </summary>
    public static ReadOnlySpan<byte> Refresh(
        string serverId, long confirmedThrough, long periodsThrough, long startedAtMs, TimeSpan majorityTimeout) =>
        new BsonWriter().Begin()
            .String("findAndModify"u8, Collections.Servers)
            .BeginDocument("query"u8).String("_id"u8, serverId).End()
            .BeginDocument("update"u8)
            .BeginDocument("$currentDate"u8).Bool("seen_at"u8, true).End()
            .BeginDocument("$max"u8)
            .Int64("confirmed_through"u8, confirmedThrough).Int64("periods_through"u8, periodsThrough).End()
            .BeginDocument("$set"u8).Bool("stopped"u8, false).Bool("settled"u8, false).End()
            .BeginDocument("$setOnInsert"u8)
            .String("host"u8, Environment.MachineName)
            .Int32("process_id"u8, Environment.ProcessId)
            .Date("started_at"u8, startedAtMs).End()
            .End()
            .Bool("upsert"u8, true)
            .Bool("new"u8, true)
            .BeginDocument("fields"u8).Int32("seen_at"u8, 1).End()
            .BeginDocument("writeConcern"u8)
            .String("w"u8, "majority").Bool("j"u8, true)
            .Int32("wtimeout"u8, (int)majorityTimeout.TotalMilliseconds).End()
            .Finish();

    /// <summary>The database's time from the reply to <see cref="Refresh"/>.</summary>
    public static long ReadSeenAt(ReadOnlySpan<byte> reply)
    {
        var reader = new BsonReader(reply);
        reader.Require("value"u8);
        var value = reader.GetDocument();
        value.Require("seen_at"u8);
        return value.GetDate();
    }

    public static List<ServerDocument> Read(MongoClient client, string exceptId, long? seenSinceMs)
    {
        var filter = new BsonWriter().Begin().BeginDocument("_id"u8).String("$ne"u8, exceptId).End();
        if (seenSinceMs is { } since)
            filter.BeginDocument("seen_at"u8).Bound("$gte"u8, since).End();
        using var cursor = client.Find(Collections.Servers, filter.Finish());
        var servers = new List<ServerDocument>();
        while (cursor.TryNext(out var document))
            servers.Add(MongoFailures.Decode(Collections.Servers, document, Read));
        return servers;
    }

    public static void Stop(MongoClient client, string serverId, long confirmedThrough, bool isSettled) => Update(
        client,
        new BsonWriter().Begin().String("_id"u8, serverId).Finish(),
        new BsonWriter().Begin()
            .BeginDocument("$currentDate"u8).Bool("seen_at"u8, true).End()
            .BeginDocument("$max"u8).Int64("confirmed_through"u8, confirmedThrough).End()
            .BeginDocument("$set"u8).Bool("stopped"u8, true).Bool("settled"u8, isSettled).End()
            .Finish());

    /// <summary>
    /// The periods of a server that is gone are looked after. Does nothing if it showed a sign of life since.
    /// </summary>
    public static void Settle(MongoClient client, ServerDocument server, long periodsThrough) => Update(
        client,
        new BsonWriter().Begin().String("_id"u8, server.Id).Date("seen_at"u8, server.SeenAtMs).Finish(),
        new BsonWriter().Begin()
            .BeginDocument("$max"u8).Int64("periods_through"u8, periodsThrough).End()
            .BeginDocument("$set"u8).Bool("settled"u8, true).End()
            .Finish());

    /// <summary>Has the others ask once more for what a server wrote that was not seen since then.</summary>
    public static void Recall(MongoClient client, string serverId, long silentSinceMs) => Update(
        client,
        new BsonWriter().Begin()
            .String("_id"u8, serverId)
            .BeginDocument("seen_at"u8).Bound("$lt"u8, silentSinceMs).End()
            .Finish(),
        new BsonWriter().Begin().BeginDocument("$currentDate"u8).Bool("seen_at"u8, true).End().Finish());

    public static void Delete(MongoClient client, IEnumerable<ServerDocument> servers)
    {
        using var bulk = client.Bulk(Collections.Servers);
        foreach (var one in servers)
            bulk.DeleteOne(new BsonWriter().Begin().String("_id"u8, one.Id).Date("seen_at"u8, one.SeenAtMs).Finish());
        bulk.Execute();
    }

    private static ServerDocument Read(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        reader.Require("_id"u8);
        var id = reader.GetString();
        reader.Require("seen_at"u8);
        var seenAtMs = reader.GetDate();
        reader.Require("confirmed_through"u8);
        var confirmedThrough = reader.GetInt64();
        reader.Require("periods_through"u8);
        var periodsThrough = reader.GetInt64();
        reader.Require("stopped"u8);
        var isStopped = reader.GetBool();
        reader.Require("settled"u8);
        return new(id, seenAtMs, confirmedThrough, periodsThrough, isStopped, reader.GetBool());
    }

    private static void Update(MongoClient client, ReadOnlySpan<byte> filter, ReadOnlySpan<byte> update)
    {
        using var bulk = client.Bulk(Collections.Servers);
        bulk.UpdateOne(filter, update);
        var result = bulk.Execute();
        if (result.Unconfirmed is { } unconfirmed)
            throw unconfirmed;
        foreach (var error in result.Errors)
            throw new MongoException(MongoErrorDomain.Server, error.Code, $"{Collections.Servers}: {error.Message}");
    }
}
