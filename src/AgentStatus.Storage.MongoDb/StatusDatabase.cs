using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The database and its collections. For any thread; contacts nobody by itself.</summary>
internal sealed class StatusDatabase(IMongoDatabase database, string description)
{
    /// <summary>The collection of events that came from a spool and found another one under their id.</summary>
    public const string RejectedEvents = "rejected_events";

    /// <summary>The collection of call steps that came from a spool and found something else kept of their
    /// ring.</summary>
    public const string RejectedCallSteps = "rejected_call_steps";

    /// <summary>No document is made an ObjectId: each brings its own id.</summary>
    private static readonly MongoCollectionSettings OwnIds = new() { AssignIdOnInsert = false };

    private static readonly BsonDocument Hello = new("hello", 1);
    private static readonly BsonDocument Nothing = new("_id", "");

    /// <summary>The servers and the database's name, without credentials.</summary>
    public string Description => description;

    public IMongoCollection<EventDocument> Events { get; } = Open<EventDocument>(database);

    public IMongoCollection<RetractionDocument> Retractions { get; } = Open<RetractionDocument>(database);

    public IMongoCollection<SettingDocument> Settings { get; } = Open<SettingDocument>(database);

    /// <summary>The same collection: <see cref="DatabaseSchema"/> is another document of it.</summary>
    public IMongoCollection<BsonDocument> Schema { get; } =
        database.GetCollection<BsonDocument>(SettingDocument.Collection, OwnIds);

    public IMongoCollection<HoursDocument> Hours { get; } = Open<HoursDocument>(database);

    public IMongoCollection<CallStepDocument> CallSteps { get; } = Open<CallStepDocument>(database);

    public IMongoCollection<AuditDocument> AuditLog { get; } = Open<AuditDocument>(database);

    public IMongoCollection<PeriodDocument> OfflinePeriods { get; } = Open<PeriodDocument>(database);

    public IMongoCollection<ProjectionDocument> Projections { get; } = Open<ProjectionDocument>(database);

    public IMongoCollection<ServerDocument> Servers { get; } = Open<ServerDocument>(database);

    public IMongoCollection<ErasureDocument> Erasures { get; } = Open<ErasureDocument>(database);

    /// <summary>Of <see cref="ErasedIdDocuments"/>.</summary>
    public IMongoCollection<BsonDocument> ErasedIds { get; } =
        database.GetCollection<BsonDocument>("erased_ids", OwnIds);

    public IMongoCollection<BsonDocument> Rejected { get; } =
        database.GetCollection<BsonDocument>(RejectedEvents, OwnIds);

    public IMongoCollection<BsonDocument> RejectedSteps { get; } =
        database.GetCollection<BsonDocument>(RejectedCallSteps, OwnIds);

    /// <summary>What the last thing was that made a server fail to answer; null: nothing is known.</summary>
    public string? LastFailure => database.Client.Cluster.Description.Servers
        .Select(server => server.HeartbeatException?.GetBaseException().Message)
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

    /// <summary>A write that changes nothing, and is confirmed only by a primary that has a majority: it removes what
    /// is never there.</summary>
    /// <exception cref="MongoException">It was refused, or not confirmed.</exception>
    public Task ProbeAsync(CancellationToken cancel) =>
        Servers.WriteAsync([new DeleteOneModel<ServerDocument>(Nothing)], cancel);

    /// <summary>Finds and writes nothing, so that what the driver has compiled at its first use (half a second) is not
    /// compiled within the limit of somebody's write.</summary>
    public async Task WarmUpAsync(CancellationToken cancel)
    {
        await HelloAsync(cancel);
        using var found = await Events.FindAsync(Nothing, cancellationToken: cancel);
        await found.MoveNextAsync(cancel);
        await Events.WriteAsync([new DeleteOneModel<EventDocument>(Nothing)], cancel);
    }

    private static IMongoCollection<T> Open<T>(IMongoDatabase database)
        where T : IDocument<T> => database.GetCollection<T>(T.Collection, OwnIds);
}
