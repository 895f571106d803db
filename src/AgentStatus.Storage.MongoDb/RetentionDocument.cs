namespace AgentStatus.Storage.MongoDb;

/// <summary>The document of settings that says what the retention has let go of, for all servers.</summary>
internal static class RetentionDocument
{
    private static readonly BsonDocument Ours = new("_id", "retention");

    public static async Task<RetentionState> ReadAsync(StatusDatabase database, CancellationToken cancel) =>
        await database.Schema.Find(Ours).FirstOrDefaultAsync(cancel) is { } document
            ? new(DateOf(document, "cut"), DateOf(document, "seen"))
            : default;

    /// <summary>Neither goes back ($max), whoever writes.</summary>
    public static Task KeepAsync(StatusDatabase database, RetentionState state, CancellationToken cancel)
    {
        var later = new BsonDocument();
        if (state.CutMs is { } cutMs) later.Add("cut", new BsonDateTime(cutMs));
        if (state.SeenMs is { } seenMs) later.Add("seen", new BsonDateTime(seenMs));
        if (later.ElementCount == 0) return Task.CompletedTask;
        var raise = new BsonDocument("$max", later);
        return database.Schema.WriteAsync([new UpdateOneModel<BsonDocument>(Ours, raise) { IsUpsert = true }], cancel);
    }

    private static long? DateOf(BsonDocument document, string name) =>
        document.Contains(name) ? document.DateOrNull(name) : null;
}
