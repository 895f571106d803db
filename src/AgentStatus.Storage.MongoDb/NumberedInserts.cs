using AgentStatus.Storage.MongoDb.Driver;
using AgentStatus.Storage.MongoDb.Following;

namespace AgentStatus.Storage.MongoDb;

/// <summary>
/// Inserts documents under ids that may be taken, each with this server's id and its next number. The writer's thread
/// only.
/// </summary>
internal sealed class NumberedInserts(TimedCalls calls, ServerRegistry registry)
{
    /// <summary>
    /// A document of another server is there and not yet with the majority: how often to look (5 ms).
    /// </summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    private readonly OpenWrites _open = new(registry.Numbers);
    private readonly BsonWriter _document = new();
    private readonly BsonWriter _filter = new();

    /// <summary>Writes a document: everything, with its number.</summary>
    public delegate void Write(BsonWriter document, int index, long number);

    /// <summary>Inserts the documents; returns, of those whose id was taken, what stands there, by index.</summary>
    /// <exception cref="StoreUnreachableException">Not confirmed: any of them may be stored, or come to be.</exception>
    public IReadOnlyDictionary<int, T> Insert<T>(
        string collection, IReadOnlyList<string> ids, Write write, DocumentReader<T> read)
    {
        if (ids.Count == 0)
            return new Dictionary<int, T>();
        calls.RequireIdle();
        var first = registry.Numbers.Take(ids.Count);
        try
        {
            var taken = calls.Make((client, left) =>
            {
                registry.EnsureWatched(client);
                var indexes = InsertAll(client, collection, ids.Count, write, first);
                // Stored, or never to be: even where the wait for this is over.
                registry.Numbers.Close(first, ids.Count);
                var stand = ReadTaken(client, collection, ids, indexes, read, left);
                // What is confirmed from here on, others ask for; what is not is not confirmed.
                registry.EnsureWatched(client);
                return stand;
            });
            _open.Settle(collection, ids, first);
            return taken;
        }
        catch (Exception failure)
        {
            _open.Remember(collection, ids, first);
            if (failure is MongoException unconfirmed)
                throw MongoFailures.Unconfirmed(unconfirmed);
            throw;
        }
    }

    /// <summary>Returns the indexes of those whose id was taken.</summary>
    private List<int> InsertAll(MongoClient client, string collection, int count, Write write, long first)
    {
        using var bulk = client.Bulk(collection);
        for (var i = 0; i < count; i++)
        {
            _document.Begin();
            write(_document, i, first + i);
            bulk.Insert(_document.Finish());
        }

        var result = bulk.Execute();
        if (result.Unconfirmed is { } unconfirmed)
            throw unconfirmed;
        foreach (var error in result.Errors)
        {
            if (!error.IsDuplicateKey)
                throw new MongoException(MongoErrorDomain.Server, error.Code, $"{collection}: {error.Message}");
        }

        return [.. result.Errors.Select(error => error.Index)];
    }

    /// <summary>
    /// Reads what stands under the taken ids. It is there, but maybe with the primary alone: as long as it could be
    /// lost, nobody is told that it is stored.
    /// </summary>
    private Dictionary<int, T> ReadTaken<T>(
        MongoClient client, string collection, IReadOnlyList<string> ids, List<int> indexes, DocumentReader<T> read,
        TimeLeft left)
    {
        var taken = new Dictionary<int, T>(indexes.Count);
        if (indexes.Count == 0)
            return taken;
        var missing = indexes.ToDictionary(index => ids[index], StringComparer.Ordinal);
        var owners = new HashSet<string>();
        while (true)
        {
            foreach (var (id, owner, document) in Find(client, collection, missing.Keys, read))
            {
                if (owner is not null)
                    owners.Add(owner);
                if (missing.Remove(id, out var index))
                    taken.Add(index, document);
            }

            if (missing.Count == 0)
            {
                registry.EnsureWatched(client, owners);
                return taken;
            }

            if (left.IsOver)
            {
                throw new StoreUnreachableException(
                    $"{collection}: {missing.Keys.First()} is not with a majority yet.");
            }

            Wait();
        }
    }

    private List<(string Id, string? ServerId, T Document)> Find<T>(
        MongoClient client, string collection, IEnumerable<string> ids, DocumentReader<T> read)
    {
        _filter.Begin().BeginDocument("_id"u8).BeginArray("$in"u8);
        foreach (var id in ids)
            _filter.String(default, id);
        using var cursor = client.Find(collection, _filter.End().End().Finish());
        var found = new List<(string, string?, T)>();
        while (cursor.TryNext(out var document))
        {
            var reader = new BsonReader(document);
            if (!reader.MoveTo("_id"u8))
                continue;
            var id = reader.GetString();
            // One that no server numbered, such as an import's, nobody follows.
            var owner = reader.MoveTo("server_id"u8) ? reader.GetString() : null;
            found.Add((id, owner, MongoFailures.Decode(collection, document, read)));
        }

        return found;
    }

    private static void Wait()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(LookAgain);
    }
}
