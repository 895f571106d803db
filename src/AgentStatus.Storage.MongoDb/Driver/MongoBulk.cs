namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>
/// A batch of writes that goes out with <see cref="Execute"/>; the bytes given are copied. A write's index, by which
/// the result speaks of it, counts from 0 in the order of the calls.
/// </summary>
internal sealed class MongoBulk : IDisposable
{
    private static readonly byte[] Upsert = [.. new BsonWriter().Begin().Bool("upsert"u8, true).Finish()];

    private readonly BulkHandle _bulk;
    private readonly MongoConnection _connection;

    internal MongoBulk(BulkHandle bulk, MongoConnection connection)
    {
        _bulk = bulk;
        _connection = connection;
    }

    public int Count { get; private set; }

    public unsafe void Insert(ReadOnlySpan<byte> document) => Add(document, default, false,
        static (bulk, document, _, _, error) => LibMongoc.BulkInsert(bulk, document, null, error));

    /// <param name="filter">Which document; on a sharded collection with the shard key or _id.</param>
    /// <param name="update">Update operators.</param>
    /// <param name="upsert">Whether to insert if there is none.</param>
    public unsafe void UpdateOne(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> update, bool upsert = false) =>
        Add(filter, update, upsert, LibMongoc.BulkUpdateOne);

    public unsafe void ReplaceOne(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> document, bool upsert = false) =>
        Add(filter, document, upsert, LibMongoc.BulkReplaceOne);

    public unsafe void DeleteOne(ReadOnlySpan<byte> filter) => Add(filter, default, false,
        static (bulk, filter, _, _, error) => LibMongoc.BulkDeleteOne(bulk, filter, null, error));

    /// <summary>A batch with one of these is never retried by the driver.</summary>
    public unsafe void DeleteMany(ReadOnlySpan<byte> filter) => Add(filter, default, false,
        static (bulk, filter, _, _, error) => LibMongoc.BulkDeleteMany(bulk, filter, null, error));

    /// <summary>Sends the batch, once. An empty one does nothing.</summary>
    /// <returns>What became of each write.</returns>
    /// <exception cref="MongoException">The batch as a whole failed: any of its writes may be done or not.</exception>
    public unsafe MongoBulkResult Execute()
    {
        if (Count == 0)
            return MongoBulkResult.Nothing;
        NativeBson.Room room = default;
        var reply = NativeBson.Room.Three(ref room);
        NativeError error = default;
        var done = LibMongoc.BulkExecute(_bulk, reply, &error) != 0;
        try
        {
            var result = MongoReply.ToBulkResult(NativeBson.BytesOf(reply));
            return done || MongoReply.Explains(result, error) ? result : throw _connection.Failure(error);
        }
        finally
        {
            LibBson.Destroy(reply);
        }
    }

    public void Dispose() => _bulk.Dispose();

    private unsafe void Add(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool upsert, Append append)
    {
        NativeBson.Room room = default;
        var documents = NativeBson.Room.Three(ref room);
        NativeError error = default;
        fixed (byte* firstBytes = first, secondBytes = second, upsertBytes = Upsert)
        {
            var one = LibBson.View(documents, firstBytes, first.Length);
            var two = second.IsEmpty ? null : LibBson.View(&documents[1], secondBytes, second.Length);
            var options = upsert ? LibBson.View(&documents[2], upsertBytes, Upsert.Length) : null;
            if (!append(_bulk, one, two, options, &error))
                throw _connection.Failure(error);
        }
        Count++;
    }

    private unsafe delegate bool Append(
        BulkHandle bulk, NativeBson* first, NativeBson* second, NativeBson* options, NativeError* error);
}
