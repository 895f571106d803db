namespace AgentStatus.Storage.MongoDb;

/// <summary>Reads of whole answers.</summary>
internal static class Reading
{
    /// <summary>Finds documents, fetched batch by batch; the limit may be one for each batch.</summary>
    public static IAsyncEnumerable<T> ReadAsync<T>(
        this IMongoCollection<T> collection, FilterDefinition<T> filter, TimeLimit time,
        FindOptions<T>? options = null) => collection.ReadAsync<T, T>(filter, time, options);

    /// <inheritdoc cref="ReadAsync{T}"/>
    public static async IAsyncEnumerable<TRead> ReadAsync<T, TRead>(
        this IMongoCollection<T> collection, FilterDefinition<T> filter, TimeLimit time,
        FindOptions<T, TRead>? options)
    {
        using var cursor = await collection.FindAsync(filter, options, time.Token);
        while (await MoveNextAsync(cursor, time))
        {
            foreach (var document in cursor.Current)
                yield return document;
        }
    }

    private static Task<bool> MoveNextAsync<T>(IAsyncCursor<T> cursor, TimeLimit time)
    {
        time.Answered();
        return cursor.MoveNextAsync(time.Token);
    }
}
