namespace AgentStatus.MongoGateway.Commands;

/// <summary>Runs one command and returns the document that answers it.</summary>
internal delegate Task<byte[]> Command(Request request, Client client, CancellationToken cancel);

/// <summary>Every command that the gateway knows, by name. For any number of threads.</summary>
internal sealed class CommandTable
{
    private readonly Dictionary<string, Command> _commands = new(StringComparer.OrdinalIgnoreCase);

    public CommandTable(DocumentDb engine, Elections elections)
    {
        var local = new LocalCommands(engine, elections);
        Add(local.HelloAsync, "hello", "isMaster");
        Add(local.PingAsync, "ping");
        Add(local.ServerStatusAsync, "serverStatus");
        Add((_, _, _) => Task.FromResult(LocalCommands.BuildInfo), "buildInfo");
        Add((_, _, _) => Task.FromResult(LocalCommands.Parameters), "getParameter");
        Add((_, client, _) => Task.FromResult(LocalCommands.WhatsMyUri(client)), "whatsmyuri");
        Add((_, _, _) => Task.FromResult(LocalCommands.Ok),
            "endSessions", "killSessions", "refreshSessions", "startSession", "logout", "getLog", "fsync");

        var writes = new WriteCommands(engine);
        Add((request, _, cancel) => writes.RunAsync(request, cancel), WriteCommands.Names);

        var reads = new ReadCommands(engine, new CursorShelf());
        Add(reads.FirstPage("find_cursor_first_page"), "find");
        Add(reads.FirstPage("aggregate_cursor_first_page"), "aggregate");
        Add(reads.FirstPage("list_collections_cursor_first_page"), "listCollections");
        Add(reads.FirstPage("list_indexes_cursor_first_page"), "listIndexes");
        Add(reads.Single("count_query"), "count");
        Add(reads.Single("distinct_query"), "distinct");
        Add(reads.Single("validate"), "validate");
        Add(reads.GetMoreAsync, "getMore");
        Add(reads.KillCursorsAsync, "killCursors");

        var schema = new SchemaCommands(engine);
        Add(schema.CreateIndexesAsync, "createIndexes");
        Add(schema.OfDatabase("documentdb_api_internal.drop_indexes_non_concurrently"), "dropIndexes", "deleteIndexes");
        Add(schema.OfDatabase("documentdb_api.create_collection_view"), "create");
        Add(schema.DropAsync, "drop");
        Add(schema.DropDatabaseAsync, "dropDatabase");
        Add(schema.CollectionStatsAsync, "collStats");
        Add(schema.DatabaseStatsAsync, "dbStats");
        Add(schema.OfServer("list_databases"), "listDatabases");
        Add(schema.OfServer("connection_status"), "connectionStatus");
    }

    public Task<byte[]> RunAsync(Request request, Client client, CancellationToken cancel)
    {
        if (!_commands.TryGetValue(request.Command, out var command))
            throw new CommandException(EngineErrors.CommandNotFound, $"no such command: '{request.Command}'");
        // To run a transaction's commands one by one would be worse than to refuse them.
        if (request.Body.Find("autocommit"u8).Type != 0)
            throw new CommandException(EngineErrors.IllegalOperation, "This server has no transactions.");
        return command(request, client, cancel);
    }

    private void Add(Command command, params string[] names)
    {
        foreach (var name in names) _commands[name] = command;
    }
}
