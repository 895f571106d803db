using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The lease of the projection of some companies' offline periods: one document that each change compares and
/// sets, so that of several servers one has it. Of the leases of partitions that have companies in common one at a time
/// has an owner; where two are taken at the same time, or one by force, that with the later epoch stands: epochs are of
/// all partitions. Times are the database's. One thread.</summary>
/// <param name="keepFor">A checkpoint that nobody went on from for so long is none: documents of servers that it does
/// not reach may be gone.</param>
internal sealed class ProjectionLease(
    StatusDatabase database, string serverId, CompanyPartition companies, TimeSpan keepFor)
{
    private readonly string _id = ProjectionDocument.IdOf(companies);

    /// <summary>Documents among which the last owner's epoch surely is, beside late writes of earlier ones.</summary>
    private const int LastWritten = 100;

    private static readonly FindOneAndUpdateOptions<ProjectionDocument> GiveNew =
        new() { ReturnDocument = ReturnDocument.After };

    private static readonly FindOneAndUpdateOptions<ProjectionDocument> Upsert =
        new() { ReturnDocument = ReturnDocument.After, IsUpsert = true };

    private static readonly BsonElement RenewedNow = new("$currentDate", new BsonDocument("renewed_at", true));

    /// <summary>As last read or written; null: never.</summary>
    public ProjectionDocument? Document { get; private set; }

    /// <summary>The epochs under which others write the periods of other companies, as last read.</summary>
    public IReadOnlyList<long> ForeignEpochs { get; private set; } = [];

    /// <summary>See <see cref="IOfflinePeriodStore.TryOwn"/>.</summary>
    public async Task<long?> TryOwnAsync(bool force, CancellationToken cancel)
    {
        var owned = await database.Projections.FindOneAndUpdateAsync(
            Mine, new BsonDocument { RenewedNow }, GiveNew, cancel);
        var all = await FindAllAsync(database, cancel);
        ForeignEpochs = [.. all.Where(one => !one.Companies.Overlaps(companies)).Select(one => one.Epoch)];
        var isOvertaken = owned is not null
            && all.Exists(one => one.Epoch > owned.Epoch && IsOthers(one, owned.RenewedAtMs));
        if (isOvertaken && !force)
        {
            await ReleaseAsync(cancel);
            owned = null;
        }
        else if (owned is null || isOvertaken)
        {
            owned = await TakeAsync(all, force, cancel);
        }

        Document = owned ?? Document;
        return owned?.Epoch;
    }

    /// <summary>What is known of all projections.</summary>
    public static async Task<List<ProjectionDocument>> FindAllAsync(StatusDatabase database, CancellationToken cancel)
    {
        using var cursor = await database.Projections.FindAsync(new BsonDocument(), cancellationToken: cancel);
        return await cursor.ToListAsync(cancel);
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

    private BsonDocument Mine => new() { { "_id", _id }, { "owner", serverId } };

    private BsonDocument MineUnder(long epoch) => new() { { "_id", _id }, { "owner", serverId }, { "epoch", epoch } };

    private static bool IsHeld(ProjectionDocument one, long nowMs) =>
        one.Owner.Length > 0 && nowMs - one.RenewedAtMs <= StorageLimits.LeaseLength.TotalMilliseconds;

    /// <summary>Whether another partition's owner writes periods of the same companies.</summary>
    private bool IsOthers(ProjectionDocument one, long nowMs) =>
        one.Companies != companies && one.Companies.Overlaps(companies) && IsHeld(one, nowMs);

    /// <summary>Takes it where there is none yet, nobody has it, or its time is over.</summary>
    private async Task<ProjectionDocument?> TakeAsync(
        List<ProjectionDocument> all, bool force, CancellationToken cancel)
    {
        var nowMs = (await Primary.AskAsync(database, cancel)).ClockMs;
        var known = all.Find(one => one.Companies == companies);
        Document = known ?? Document;
        var isFree = (known is null || !IsHeld(known, nowMs)) && !all.Exists(one => IsOthers(one, nowMs));
        if (!isFree && !force) return null;
        var lastEpoch = known is null ? await LastEpochAsync(cancel) : 0;
        var epoch = await NextEpochAsync(all.Select(one => one.Epoch).Append(lastEpoch).Max(), cancel);
        if (known is null) return await MakeAsync(epoch, cancel);
        var taken = await database.Projections.FindOneAndUpdateAsync(
            new BsonDocument { { "_id", _id }, { "owner", known.Owner }, { "epoch", known.Epoch } },
            new BsonDocument
            {
                { "$set", new BsonDocument { { "owner", serverId }, { "epoch", epoch } } }, RenewedNow,
            },
            GiveNew,
            cancel);
        return taken is not null && nowMs - known.RenewedAtMs > keepFor.TotalMilliseconds
            ? taken with { Through = null }
            : taken;
    }

    /// <summary>An epoch that nobody had, of whatever partition, and later than this one.</summary>
    private async Task<long> NextEpochAsync(long after, CancellationToken cancel)
    {
        var ours = new BsonDocument("_id", "projection_epochs");
        await database.Schema.WriteAsync(
            [new UpdateOneModel<BsonDocument>(ours, Last("$max", after)) { IsUpsert = true }], cancel);
        var next = await database.Schema.FindOneAndUpdateAsync<BsonDocument>(
            ours, Last("$inc", 1), new() { ReturnDocument = ReturnDocument.After }, cancel);
        return next.WholeNumber("last");

        static BsonDocument Last(string change, long number) => new(change, new BsonDocument("last", number));
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

    private async Task<ProjectionDocument?> MakeAsync(long epoch, CancellationToken cancel)
    {
        try
        {
            return await database.Projections.FindOneAndUpdateAsync(
                new BsonDocument { { "_id", _id }, { "owner", serverId } },
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
