namespace AgentStatus.Storage.MongoDb;

/// <summary>A write that changes nothing, and is confirmed only by a primary that has a majority: it removes what is
/// never there.</summary>
internal static class WriteProbe
{
    private static readonly BsonDocument Never = new("_id", "");

    /// <exception cref="MongoException">It was refused, or not confirmed.</exception>
    public static Task MakeAsync(StatusDatabase database, CancellationToken cancel) =>
        database.Servers.WriteAsync([new DeleteOneModel<Replication.ServerDocument>(Never)], cancel);

    /// <summary>Finds and writes nothing, so that what the driver has compiled at its first use (half a second) is not
    /// compiled within the limit of somebody's write.</summary>
    public static async Task WarmUpAsync(StatusDatabase database, CancellationToken cancel)
    {
        await database.HelloAsync(cancel);
        using var found = await database.Events.FindAsync(Never, cancellationToken: cancel);
        await found.MoveNextAsync(cancel);
        await database.Events.WriteAsync([new DeleteOneModel<EventDocument>(Never)], cancel);
    }
}
