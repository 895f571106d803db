namespace AgentStatus.Storage.MongoDb;

/// <summary>Writes of which each is tried, whatever becomes of the others. Even a single one is a bulk: the driver's
/// other ways to write fail with exceptions of their own.</summary>
internal static class UnorderedWrites
{
    private static readonly InsertManyOptions Inserts = new() { IsOrdered = false };
    private static readonly BulkWriteOptions Writes = new() { IsOrdered = false };

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
