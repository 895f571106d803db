namespace AgentStatus.MongoGateway.Commands;

/// <summary>Collections, indexes and databases. An index is built when createIndexes answers.</summary>
internal sealed class SchemaCommands(DocumentDb engine)
{
    private const string Api = "documentdb_api.";

    public async Task<byte[]> CreateIndexesAsync(Request request, Client client, CancellationToken cancel)
    {
        var answer = await engine.AskAsync(
            // True: the collection may be one that was there before.
            "select documentdb_api_internal.create_indexes_non_concurrently($1, $2::documentdb_core.bson, true)::bytea",
            cancel, request.Database, CommandSpec.Of(request));
        // The engine speaks as a cluster's router does; a member of a replica set answers with the shard's part.
        var shard = new BsonDocument(answer).Find("raw"u8).AsDocument().Find("defaultShard"u8);
        var flat = new BsonWriter();
        foreach (var element in shard.AsDocument().Elements().Where(e => !e.Is("ok"u8)))
            flat.Copy(element);
        return flat.Ok().ToBytes();
    }

    public async Task<byte[]> DropAsync(Request request, Client client, CancellationToken cancel)
    {
        var collection = request.Argument.AsString() ?? "";
        await engine.AskAsync(
            $"select convert_to({Api}drop_collection($1, $2)::text, 'UTF8')", cancel, request.Database, collection);
        return new BsonWriter().String("ns", $"{request.Database}.{collection}").Ok().ToBytes();
    }

    public async Task<byte[]> DropDatabaseAsync(Request request, Client client, CancellationToken cancel)
    {
        await engine.AskAsync($"select convert_to({Api}drop_database($1)::text, 'UTF8')", cancel, request.Database);
        return new BsonWriter().String("dropped", request.Database).Ok().ToBytes();
    }

    /// <summary>A command whose function takes the database and the command, and answers with a document.</summary>
    public Command OfDatabase(string function) => (request, _, cancel) => engine.AskAsync(
        $"select {function}($1, $2::documentdb_core.bson)::bytea", cancel,
        request.Database, CommandSpec.Of(request));

    public Command OfServer(string function) => (request, _, cancel) => engine.AskAsync(
        $"select {Api}{function}($1::documentdb_core.bson)::bytea", cancel, CommandSpec.Of(request));

    public Task<byte[]> CollectionStatsAsync(Request request, Client client, CancellationToken cancel) =>
        engine.AskAsync(
            $"select {Api}coll_stats($1, $2)::bytea", cancel, request.Database, request.Argument.AsString() ?? "");

    public Task<byte[]> DatabaseStatsAsync(Request request, Client client, CancellationToken cancel) =>
        engine.AskAsync($"select {Api}db_stats($1)::bytea", cancel, request.Database);
}
