namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// One client of a connection, for one thread at a time. Its cursors and bulk operations use it, so they are disposed
/// before it is.
/// </summary>
internal sealed class MongoClient : IDisposable
{
    private static readonly byte[] Unordered = [.. new BsonWriter().Begin().Bool("ordered"u8, false).Finish()];

    private readonly ClientHandle _client;
    private readonly MongoConnection _connection;

    internal MongoClient(ClientHandle client, MongoConnection connection)
    {
        _client = client;
        _connection = connection;
    }

    /// <summary>
    /// Runs a command on the primary as it stands: it names its own concerns, and the driver does not retry it. For
    /// what has no method here: hello, createIndexes, aggregate with one batch.
    /// </summary>
    /// <param name="command">The command document, its first element the command's name.</param>
    /// <param name="database">Empty for the connection's.</param>
    /// <returns>The reply; its ok is 1, and it has no write-concern error.</returns>
    public unsafe byte[] Run(ReadOnlySpan<byte> command, string? database = null)
    {
        NativeBson.Room room = default;
        var documents = NativeBson.Room.Three(ref room);
        var reply = &documents[1];
        NativeError error = default;
        fixed (byte* bytes = command)
        {
            var view = LibBson.View(documents, bytes, command.Length);
            var done = LibMongoc.Command(_client, database ?? _connection.Database, view, 0, reply, &error);
            try
            {
                if (!done)
                    throw _connection.Failure(error);
                return MongoReply.Checked(NativeBson.BytesOf(reply), _connection);
            }
            finally
            {
                LibBson.Destroy(reply);
            }
        }
    }

    /// <summary>Finds documents. Nothing is sent before the cursor's first step; the driver may retry that.</summary>
    /// <param name="collection">In the connection's database.</param>
    /// <param name="filter">A query document.</param>
    /// <param name="options">
    /// sort, projection, limit (int64), batchSize (int32), hint, maxTimeMS ...: as the find command names them; empty
    /// for none.
    /// </param>
    public unsafe MongoCursor Find(string collection, ReadOnlySpan<byte> filter, ReadOnlySpan<byte> options = default)
    {
        NativeBson.Room room = default;
        var documents = NativeBson.Room.Three(ref room);
        fixed (byte* filterBytes = filter, optionBytes = options)
        {
            var query = LibBson.View(documents, filterBytes, filter.Length);
            var opts = options.IsEmpty ? null : LibBson.View(&documents[1], optionBytes, options.Length);
            var target = LibMongoc.GetCollection(_client, _connection.Database, collection);
            var cursor = LibMongoc.Find(target, query, opts, 0);
            LibMongoc.CollectionDestroy(target);
            cursor.KeepAlive(_client);
            return new(cursor, _connection);
        }
    }

    /// <summary>Starts a batch of writes to one collection; the driver may retry it, except DeleteMany.</summary>
    /// <param name="collection">In the connection's database.</param>
    /// <param name="ordered">Whether the first failure ends the batch; if not, every write is tried.</param>
    public unsafe MongoBulk Bulk(string collection, bool ordered = false)
    {
        NativeBson.Room room = default;
        var documents = NativeBson.Room.Three(ref room);
        fixed (byte* optionBytes = Unordered)
        {
            var options = ordered ? null : LibBson.View(documents, optionBytes, Unordered.Length);
            var target = LibMongoc.GetCollection(_client, _connection.Database, collection);
            var bulk = LibMongoc.BulkNew(target, options);
            LibMongoc.CollectionDestroy(target);
            bulk.KeepAlive(_client);
            return new(bulk, _connection);
        }
    }

    public void Dispose() => _client.Dispose();
}
