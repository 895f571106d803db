namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of whole answers; and writes of which each is tried, whatever becomes of the others. Even a single
/// one is a bulk: the driver's other ways to write fail with exceptions of their own.</summary>
internal static class CollectionAccess
{
    private static readonly InsertManyOptions Inserts = new() { IsOrdered = false };
    private static readonly BulkWriteOptions Writes = new() { IsOrdered = false };

    /// <summary>Finds documents, fetched batch by batch; the limit may be one for each batch.</summary>
    public static async IAsyncEnumerable<TRead> ReadAsync<T, TRead>(
        this IMongoCollection<T> collection, FilterDefinition<T> filter, TimeLimit time, FindOptions<T, TRead> options)
    {
        using var cursor = await collection.FindAsync(filter, options, time.Token);
        for (time.Answered(); await cursor.MoveNextAsync(time.Token); time.Answered())
        {
            foreach (var document in cursor.Current)
                yield return document;
        }
    }

    /// <summary>Inserts documents, at least one; returns the indexes of those whose id was taken.</summary>
    /// <exception cref="MongoException">Not confirmed, or another fault than a taken id.</exception>
    public static Task<IReadOnlyList<int>> InsertAsync<T>(
        this IMongoCollection<T> collection, IEnumerable<T> documents, CancellationToken cancel) =>
        TakenAsync(collection.InsertManyAsync(documents, Inserts, cancel));

    /// <summary>Makes the writes, at least one; returns the indexes of those that met a taken id.</summary>
    /// <exception cref="MongoException">Not confirmed, or another fault than a taken id.</exception>
    public static Task<IReadOnlyList<int>> WriteAsync<T>(
        this IMongoCollection<T> collection, IEnumerable<WriteModel<T>> writes, CancellationToken cancel) =>
        TakenAsync(collection.BulkWriteAsync(writes, Writes, cancel));

    /// <summary>Deletes documents; says how many were there.</summary>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public static async Task<long> DeleteAsync<T>(
        this IMongoCollection<T> collection, FilterDefinition<T> filter, CancellationToken cancel) =>
        (await collection.BulkWriteAsync([new DeleteManyModel<T>(filter)], Writes, cancel)).DeletedCount;

    /// <summary>Updates a document; says whether it was there.</summary>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public static async Task<bool> UpdateAsync<T>(
        this IMongoCollection<T> collection, UpdateOneModel<T> update, CancellationToken cancel) =>
        (await collection.BulkWriteAsync([update], Writes, cancel)).MatchedCount > 0;

    private static async Task<IReadOnlyList<int>> TakenAsync(Task write)
    {
        try
        {
            await write;
            return [];
        }
        catch (MongoBulkWriteException failure) when (
            failure.WriteConcernError is null && failure.WriteErrors.All(IsOfTakenId))
        {
            return [.. failure.WriteErrors.Select(error => error.Index)];
        }
    }

    private static bool IsOfTakenId(BulkWriteError error) => error.Category == ServerErrorCategory.DuplicateKey;
}
