using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The database and its collections. For any thread; contacts nobody by itself.</summary>
internal sealed class StatusDatabase(IMongoDatabase database, string description)
{
    /// <summary>No document is made an ObjectId: each brings its own id.</summary>
    private static readonly MongoCollectionSettings OwnIds = new() { AssignIdOnInsert = false };

    private static readonly BsonDocument Hello = new("hello", 1);

    /// <summary>The servers and the database's name, without credentials.</summary>
    public string Description => description;

    public IMongoCollection<EventDocument> Events { get; } =
        database.GetCollection<EventDocument>(Collections.Events, OwnIds);

    public IMongoCollection<HoursDocument> Hours { get; } =
        database.GetCollection<HoursDocument>(Collections.Hours, OwnIds);

    public IMongoCollection<PeriodDocument> OfflinePeriods { get; } =
        database.GetCollection<PeriodDocument>(Collections.OfflinePeriods, OwnIds);

    public IMongoCollection<ProjectionDocument> Projections { get; } =
        database.GetCollection<ProjectionDocument>(Collections.Projections, OwnIds);

    public IMongoCollection<RejectedDocument> Rejected { get; } =
        database.GetCollection<RejectedDocument>(Collections.Rejected, OwnIds);

    public IMongoCollection<ServerDocument> Servers { get; } =
        database.GetCollection<ServerDocument>(Collections.Servers, OwnIds);

    /// <summary>What the last thing was that made a server fail to answer; null: nothing is known.</summary>
    public string? LastFailure => database.Client.Cluster.Description.Servers
        .Select(server => server.HeartbeatException)
        .Select(failure => failure?.GetBaseException().Message)
        .FirstOrDefault(message => message is not null);

    /// <summary>The primary's answer to hello. The driver repeats no command of this kind: a connection that broke
    /// unnoticed makes the first attempt fail, so there is a second.</summary>
    public Task<BsonDocument> HelloAsync(CancellationToken cancel) =>
        OnceMoreAsync(() => database.RunCommandAsync<BsonDocument>(Hello, cancellationToken: cancel));

    /// <summary>Does what the driver does not repeat by itself, and once more where a connection was lost.</summary>
    public static async Task<T> OnceMoreAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (MongoException failure) when (MongoFailures.IsPassing(failure))
        {
            return await work();
        }
    }
}
