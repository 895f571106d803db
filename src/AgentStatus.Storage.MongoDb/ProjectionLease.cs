using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The lease of the projection of offline periods: one document that each change compares and sets, so that of
/// several servers one has it. Times are the database's. One thread.</summary>
internal sealed class ProjectionLease(StatusDatabase database, string serverId)
{
    public const string Id = "offline_periods";

    /// <summary>Documents among which the last owner's epoch surely is, beside late writes of earlier ones.</summary>
    private const int LastWritten = 100;

    private static readonly FindOneAndUpdateOptions<ProjectionDocument> GiveNew =
        new() { ReturnDocument = ReturnDocument.After };

    private static readonly FindOneAndUpdateOptions<ProjectionDocument> Upsert =
        new() { ReturnDocument = ReturnDocument.After, IsUpsert = true };

    private static readonly BsonElement RenewedNow = new("$currentDate", new BsonDocument("renewed_at", true));

    /// <summary>As last read or written; null: never.</summary>
    public ProjectionDocument? Document { get; private set; }

    /// <summary>See <see cref="IOfflinePeriodStore.TryOwn"/>.</summary>
    public async Task<long?> TryOwnAsync(bool force, CancellationToken cancel)
    {
        var owned = await database.Projections.FindOneAndUpdateAsync(
            Mine, new BsonDocument { RenewedNow }, GiveNew, cancel) ?? await TakeAsync(force, cancel);
        Document = owned ?? Document;
        return owned?.Epoch;
    }

    /// <summary>What is known of the projection; null: nothing, no server has owned it yet.</summary>
    public static async Task<ProjectionDocument?> FindAsync(StatusDatabase database, CancellationToken cancel)
    {
        using var cursor = await database.Projections.FindAsync(new BsonDocument("_id", Id), cancellationToken: cancel);
        return await cursor.FirstOrDefaultAsync(cancel);
    }

    /// <summary>Renews it, where this server still has it under this epoch.</summary>
    public async Task<bool> RenewAsync(long epoch, CancellationToken cancel) =>
        await database.Projections.FindOneAndUpdateAsync(
            MineUnder(epoch), new BsonDocument { RenewedNow }, GiveNew, cancel) is not null;

    /// <summary>Gives it back, where this server has it.</summary>
    public Task ReleaseAsync(CancellationToken cancel) => database.Projections.FindOneAndUpdateAsync(
        Mine, new BsonDocument("$set", new BsonDocument("owner", "")), GiveNew, cancel);

    /// <summary>Saves the checkpoint, where this server still has the lease under this epoch.</summary>
    public async Task<bool> SaveAsync(
        long epoch, IReadOnlyDictionary<string, long> through, long searchedThroughMs, CancellationToken cancel) =>
        await database.Projections.FindOneAndUpdateAsync<ProjectionDocument>(
            MineUnder(epoch),
            new BsonDocument("$set", new BsonDocument
            {
                { "through", ProjectionDocument.ToArray(through) },
                { "searched_through", new BsonDateTime(searchedThroughMs) },
            }),
            GiveNew,
            cancel) is not null;

    private BsonDocument Mine => new() { { "_id", Id }, { "owner", serverId } };

    private BsonDocument MineUnder(long epoch) => new() { { "_id", Id }, { "owner", serverId }, { "epoch", epoch } };

    /// <summary>Takes it where there is none yet, nobody has it, or its time is over.</summary>
    private async Task<ProjectionDocument?> TakeAsync(bool force, CancellationToken cancel)
    {
        var nowMs = (await Primary.AskAsync(database, cancel)).ClockMs;
        if (await FindAsync(database, cancel) is not { } known) return await MakeAsync(cancel);
        Document = known;
        var isFree = known.Owner.Length == 0 || nowMs - known.RenewedAtMs > StorageLimits.LeaseLength.TotalMilliseconds;
        if (!isFree && !force) return null;
        return await database.Projections.FindOneAndUpdateAsync(
            new BsonDocument { { "_id", Id }, { "owner", known.Owner }, { "epoch", known.Epoch } },
            new BsonDocument
            {
                { "$set", new BsonDocument { { "owner", serverId }, { "epoch", known.Epoch + 1 } } }, RenewedNow,
            },
            GiveNew,
            cancel);
    }

    /// <summary>Somebody may have dropped the collection of this document: the periods still bear their epochs. Those
    /// written last tell, by an index; there may be millions.</summary>
    private async Task<long> LastEpochAsync(CancellationToken cancel)
    {
        var last = new FindOptions<PeriodDocument>
        {
            Sort = new BsonDocument { { "written_at", -1 }, { "epoch", -1 } },
            Limit = LastWritten,
        };
        using var cursor = await database.OfflinePeriods.FindAsync(new BsonDocument(), last, cancel);
        return (await cursor.ToListAsync(cancel)).Select(document => document.Epoch).DefaultIfEmpty().Max();
    }

    private async Task<ProjectionDocument?> MakeAsync(CancellationToken cancel)
    {
        var epoch = await LastEpochAsync(cancel) + 1;
        try
        {
            return await database.Projections.FindOneAndUpdateAsync(
                new BsonDocument { { "_id", Id }, { "owner", serverId } },
                new BsonDocument { { "$set", new BsonDocument("epoch", epoch) }, RenewedNow },
                Upsert,
                cancel);
        }
        catch (MongoCommandException failure) when (failure.Code == MongoFailures.DuplicateKey)
        {
            // Another server was first.
            return null;
        }
    }
}
