using System.Collections.Concurrent;

namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>The collection servers: this server's signs of life there, what the others may rely on, and what they say.
/// Safe from any thread.</summary>
internal sealed class Membership(
    StatusDatabase database,
    string serverId,
    CompanyPartition companies,
    SequenceNumbers numbers,
    ReplicationLimits limits,
    TimeProvider clock)
{
    private static readonly BsonElement SeenNow = new("$currentDate", new BsonDocument("seen_at", true));

    private static readonly FindOneAndUpdateOptions<ServerDocument, BsonDocument> UpsertAndGiveSeenAt = new()
    {
        IsUpsert = true,
        ReturnDocument = ReturnDocument.After,
        Projection = new BsonDocument("seen_at", 1),
    };

    /// <summary>Other servers that were surely watched at that time.</summary>
    private readonly ConcurrentDictionary<string, Refreshed> _watched = new(StringComparer.Ordinal);

    private Refreshed? _refreshed;

    public string ServerId => serverId;

    public SequenceNumbers Numbers => numbers;

    /// <summary>Writes a sign of life, and all that is known of the own numbers. When it returns, what any server was
    /// told to be stored before the instant that it returns can be read: a majority has this write, and so has all that
    /// came before it.</summary>
    /// <returns>The database's time when it wrote.</returns>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public async Task<long> RefreshAsync(CancellationToken cancel)
    {
        // Taken before the write: a pause in between makes the sign of life older, never younger.
        var asked = new Refreshed(clock.GetTimestamp(), clock.GetUtcNow());
        // Numbers only grow, so that one that lands late does no harm; who was given up and lives is back.
        var update = new BsonDocument
        {
            SeenNow,
            { "$max", new BsonDocument("confirmed_through", numbers.ConfirmedThrough) },
            { "$set", new BsonDocument("stopped", false) },
            {
                "$setOnInsert",
                new BsonDocument
                {
                    { "host", Environment.MachineName },
                    { "process_id", Environment.ProcessId },
                    { "started_at", new BsonDateTime(asked.At.ToUnixTimeMilliseconds()) },
                    { ServerDocument.CompaniesField, $"{companies}" },
                }
            },
        };
        var written = await database.Servers.FindOneAndUpdateAsync(
            new BsonDocument("_id", serverId), update, UpsertAndGiveSeenAt, cancel);
        Volatile.Write(ref _refreshed, asked);
        return written.Date("seen_at");
    }

    /// <summary>Returns when the other servers surely ask for what this one writes. Costs a look at the clock, or a
    /// write if the last sign of life is old: a process may have been stopped for any time. Call it before a write, and
    /// again before the write is acknowledged.</summary>
    /// <exception cref="MongoException">The sign of life is not confirmed: nor may the write be.</exception>
    public Task EnsureWatchedAsync(CancellationToken cancel) =>
        Volatile.Read(ref _refreshed) is { } last && AgeOf(last) < limits.RefreshWithin
            ? Task.CompletedTask
            : RefreshAsync(cancel);

    /// <summary>Returns when the servers surely ask for what these servers wrote. An event can have landed from a
    /// server that nobody asked for any more, and that died before it said a word: before this one tells anybody that
    /// it is stored, the others must look there again. Costs two commands for a server, and then none for a good
    /// while.</summary>
    /// <exception cref="MongoException">It is not confirmed.</exception>
    public async Task EnsureWatchedAsync(IEnumerable<string> serverIds, CancellationToken cancel)
    {
        foreach (var id in serverIds)
        {
            if (id == serverId || (_watched.TryGetValue(id, out var last) && AgeOf(last) < limits.WatchFor / 4))
                continue;
            var asked = new Refreshed(clock.GetTimestamp(), clock.GetUtcNow());
            var nowMs = (await Primary.AskAsync(database, cancel)).ClockMs;
            // A sign of life has the others ask once more; those that are seen lately are asked for anyway.
            var silentSince = DocumentFields.Bound(nowMs - (long)(limits.WatchFor / 2).TotalMilliseconds);
            var silent = new BsonDocument { { "_id", id }, { "seen_at", new BsonDocument("$lt", silentSince) } };
            await UpdateAsync(silent, new() { SeenNow }, cancel);
            _watched[id] = asked;
        }
    }

    /// <summary>Says good-bye: nothing of this server is on its way any more. If that is not sure, it says nothing, and
    /// the others wait as for one that died. After the last write and the last reading.</summary>
    /// <exception cref="MongoException">Not confirmed.</exception>
    public Task StopAsync(CancellationToken cancel)
    {
        var confirmed = numbers.ConfirmedThrough;
        return Volatile.Read(ref _refreshed) is null || confirmed < numbers.Taken
            ? Task.CompletedTask
            : UpdateAsync(
                new("_id", serverId),
                new()
                {
                    SeenNow,
                    { "$max", new BsonDocument("confirmed_through", confirmed) },
                    { "$set", new BsonDocument("stopped", true) },
                },
                cancel);
    }

    /// <summary>The other servers that may store something of this one's companies, seen since an instant of the
    /// database's clock; null: all.</summary>
    public async Task<List<ServerDocument>> ReadOthersAsync(long? seenSinceMs, CancellationToken cancel)
    {
        var filter = new BsonDocument("_id", new BsonDocument("$ne", serverId));
        if (seenSinceMs is { } since)
            filter.Add("seen_at", new BsonDocument("$gte", DocumentFields.Bound(since)));
        using var cursor = await database.Servers.FindAsync(filter, cancellationToken: cancel);
        var found = await cursor.ToListAsync(cancel);
        return found.FindAll(one => one.Companies.Overlaps(companies));
    }

    /// <summary>Deletes what nobody needs: servers that have not been seen for long, and whose events this server's
    /// projection has taken in, and so have others of these companies that may go on from their checkpoint.</summary>
    /// <param name="nowMs">The database's time.</param>
    public async Task DeleteOldAsync(IEnumerable<ServerDocument> others, long nowMs, CancellationToken cancel)
    {
        var keepSinceMs = nowMs - (long)limits.KeepFor.TotalMilliseconds;
        var old = others.Where(one => one.SeenAtMs < keepSinceMs).ToList();
        if (old.Count == 0)
            return;
        var projections = (await ProjectionLease.FindAllAsync(database, cancel))
            .FindAll(one => one.Companies == companies || one.RenewedAtMs >= keepSinceMs);
        if (projections.TrueForAll(one => one.Companies != companies))
            return;
        foreach (var one in old)
        {
            if (await IsTakenInAsync(one, projections.FindAll(p => p.Companies.Overlaps(one.Companies)), cancel))
                await DeleteAsync(one, cancel);
        }
    }

    private async Task<bool> IsTakenInAsync(
        ServerDocument server, List<ProjectionDocument> projections, CancellationToken cancel)
    {
        foreach (var projection in projections)
        {
            if (projection.Through?.TryGetValue(server.Id, out var through) != true
                || await HasEventsBehindAsync(server.Id, through, cancel))
                return false;
        }

        return true;
    }

    /// <summary>Whether the server stored an event behind this number.</summary>
    private async Task<bool> HasEventsBehindAsync(string id, long number, CancellationToken cancel)
    {
        var filter = new BsonDocument { { "server_id", id }, { "sequence", new BsonDocument("$gt", number) } };
        var one = new FindOptions<EventDocument> { Limit = 1 };
        using var cursor = await database.Events.FindAsync(filter, one, cancel);
        return await cursor.AnyAsync(cancel);
    }

    /// <summary>Deletes the document, unless the server showed a sign of life since.</summary>
    private Task DeleteAsync(ServerDocument server, CancellationToken cancel) => database.Servers.WriteAsync(
        [new DeleteOneModel<ServerDocument>(
            new BsonDocument { { "_id", server.Id }, { "seen_at", new BsonDateTime(server.SeenAtMs) } })],
        cancel);

    private Task UpdateAsync(BsonDocument filter, BsonDocument update, CancellationToken cancel) =>
        database.Servers.WriteAsync([new UpdateOneModel<ServerDocument>(filter, update)], cancel);

    // The clock of a suspended machine may stand still; then the time of day tells.
    private TimeSpan AgeOf(Refreshed last)
    {
        var byTimer = clock.GetElapsedTime(last.Timestamp);
        var byTimeOfDay = clock.GetUtcNow() - last.At;
        return byTimer > byTimeOfDay ? byTimer : byTimeOfDay;
    }

    private sealed record Refreshed(long Timestamp, DateTimeOffset At);
}
