using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Inserts documents under ids that may be taken, each with this server's id and its next number. The writer's
/// thread only.</summary>
internal sealed class NumberedInserts(TimedOperations operations, Membership membership)
{
    /// <summary>A document of another server is there and not yet with the majority: how often to look (5
    /// ms).</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    private readonly InDoubtWrites _open = new(membership.Numbers);

    /// <summary>Inserts the documents; returns, of those whose id was taken, what stands there, by index.</summary>
    /// <param name="ids">The ids, each once.</param>
    /// <param name="write">Makes the document of an index, with its number.</param>
    /// <exception cref="StoreUnreachableException">Not confirmed: any of them may be stored, or come to be.</exception>
    public IReadOnlyDictionary<int, T> Insert<T>(
        IMongoCollection<T> collection, IReadOnlyList<string> ids, Func<int, long, T> write)
        where T : INumberedDocument
    {
        if (ids.Count == 0)
            return new Dictionary<int, T>();
        var name = collection.CollectionNamespace.CollectionName;
        var first = membership.Numbers.Take(ids.Count);
        var isConfirmed = false;
        try
        {
            var taken = operations.Write(async time =>
            {
                await membership.EnsureWatchedAsync(time.Token);
                var documents = Enumerable.Range(0, ids.Count).Select(i => write(i, first + i));
                var indexes = await collection.InsertAsync(documents, time.Token);
                // Stored, or never to be: even where what follows fails.
                membership.Numbers.Close(first, ids.Count);
                isConfirmed = true;
                var stand = await ReadTakenAsync(collection, ids, indexes, time);
                // What is confirmed from here on, others ask for; what is not is not confirmed.
                await membership.EnsureWatchedAsync(time.Token);
                return stand;
            });
            _open.Settle(name, ids, first);
            return taken;
        }
        catch (Exception failure)
        {
            _open.Remember(name, ids, first);
            if (!isConfirmed || failure is not StoreUnreachableException) throw;
            throw new StoreUnreachableException(failure.Message, failure) { IsOfRead = true };
        }
    }

    /// <summary>Reads what stands under the taken ids. It is there, but maybe with the primary alone: as long as it
    /// could be lost, nobody is told that it is stored.</summary>
    private async Task<Dictionary<int, T>> ReadTakenAsync<T>(
        IMongoCollection<T> collection, IReadOnlyList<string> ids, IReadOnlyList<int> indexes, TimeLimit time)
        where T : INumberedDocument
    {
        var taken = new Dictionary<int, T>(indexes.Count);
        var missing = indexes.ToDictionary(index => ids[index], StringComparer.Ordinal);
        var owners = new HashSet<string>();
        while (missing.Count > 0)
        {
            var filter = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(missing.Keys)));
            using var cursor = await collection.FindAsync(filter, cancellationToken: time.Token);
            foreach (var document in await cursor.ToListAsync(time.Token))
            {
                // One that no server numbered, such as an import's, nobody follows.
                if (document.ServerId is not null)
                    owners.Add(document.ServerId);
                if (missing.Remove(document.Id!, out var index))
                    taken.Add(index, document);
            }

            if (missing.Count > 0)
                await WaitAsync(collection, missing.Keys.First(), time.Token);
        }

        await membership.EnsureWatchedAsync(owners, time.Token);
        return taken;
    }

    private static async Task WaitAsync<T>(IMongoCollection<T> collection, string id, CancellationToken cancel)
    {
        await Task.Delay(LookAgain, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancel.IsCancellationRequested)
        {
            throw new StoreUnreachableException(
                $"{collection.CollectionNamespace.CollectionName}: {id} is not with a majority yet.");
        }
    }
}
