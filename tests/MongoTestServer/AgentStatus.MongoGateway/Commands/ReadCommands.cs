namespace AgentStatus.MongoGateway.Commands;

/// <summary>Queries and the cursors that they open.</summary>
internal sealed class ReadCommands(DocumentDb engine, CursorShelf cursors)
{
    public Command FirstPage(string function) => async (request, _, cancel) =>
        cursors.Keep(await engine.FirstPageAsync(function, request.Database, CommandSpec.Of(request), cancel));

    /// <summary>A query whose answer is one document.</summary>
    public Command Single(string function) => (request, _, cancel) => engine.AskAsync(
        $"select document::bytea from documentdb_api.{function}($1, $2::documentdb_core.bson)", cancel,
        request.Database, CommandSpec.Of(request));

    public async Task<byte[]> GetMoreAsync(Request request, Client client, CancellationToken cancel)
    {
        var id = request.Argument.AsInt64() ?? 0;
        if (!cursors.TryTake(id, out var continuation))
            throw new CommandException(EngineErrors.CursorNotFound, $"cursor id {id} not found");
        return cursors.Keep(
            await engine.NextPageAsync(request.Database, id, CommandSpec.Of(request), continuation, cancel));
    }

    public async Task<byte[]> KillCursorsAsync(Request request, Client client, CancellationToken cancel)
    {
        var asked = request.Body.Find("cursors"u8).AsDocument().Elements().Select(e => e.AsInt64() ?? 0).ToArray();
        var killed = asked.Where(id => cursors.TryTake(id, out _)).ToArray();
        if (killed.Length > 0)
            await engine.AskAsync("select documentdb_api_internal.delete_cursors($1)::bytea", cancel, killed);
        return new BsonWriter()
            .Int64s("cursorsKilled", killed)
            .Int64s("cursorsNotFound", asked.Except(killed))
            .Int64s("cursorsAlive", [])
            .Int64s("cursorsUnknown", [])
            .Ok().ToBytes();
    }
}
