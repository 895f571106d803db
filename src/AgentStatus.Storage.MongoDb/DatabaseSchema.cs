namespace AgentStatus.Storage.MongoDb;

/// <summary>The version of what the documents mean, a document of settings: an older server must not pass over what it
/// does not know.</summary>
internal static class DatabaseSchema
{
    /// <summary>The number of SQLite's schema with the same content. Raised when a server that does not know the change
    /// would read documents wrongly, or write what newer ones read wrongly.</summary>
    public const long Version = 6;

    private const string Field = "version";

    private static readonly BsonDocument Ours = new("_id", "schema");

    /// <summary>Makes the indexes, and takes note of the version.</summary>
    /// <exception cref="StoreException">A newer server has written here.</exception>
    public static async Task EnsureAsync(StatusDatabase database, CancellationToken cancel)
    {
        var found = await database.Schema.Find(Ours).FirstOrDefaultAsync(cancel);
        var version = found?.WholeNumber(Field) ?? 0;
        if (version > Version)
        {
            throw new StoreException(
                $"{database.Description} was written by a newer server (schema {version}, this one knows {Version}): "
                + "start that one.");
        }

        await Indexes.MakeAsync(database, cancel);
        if (version == Version) return;

        // $max: of servers that start together the newest one stands.
        var raise = new BsonDocument("$max", new BsonDocument(Field, Version));
        await database.Schema.WriteAsync([new UpdateOneModel<BsonDocument>(Ours, raise) { IsUpsert = true }], cancel);
    }
}
