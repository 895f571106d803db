namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>A document with its number.</summary>
internal readonly record struct Numbered<T>(string ServerId, long Number, T Document);

/// <summary>Reads the documents of servers by their numbers, as many as one reading may have.</summary>
internal sealed class NumberedReads(TimedOperations steps, ReplicationLimits limits, TimeProvider clock)
{
    /// <summary>Documents of one answer: a few are fetched in vain where a reading ends early.</summary>
    private const int BatchSize = 5_000;

    private readonly long _started = clock.GetTimestamp();

    /// <summary>Reads what is asked for, by server and number.</summary>
    /// <param name="asks">By server and number.</param>
    /// <param name="number">Says whose document it is, and which.</param>
    /// <returns>How far it came before it had too many, or took too long.</returns>
    public ReadingEnd Read<TDocument, T>(
        IMongoCollection<TDocument> collection, List<Ask> asks, Func<TDocument, Numbered<T>> number,
        List<Numbered<T>> found)
    {
        for (var at = 0; at < asks.Count; at += limits.RangesPerQuery)
        {
            var some = asks.GetRange(at, Math.Min(limits.RangesPerQuery, asks.Count - at));
            if (!steps.Run(time => ReadSomeAsync(collection, some, number, found, time)))
                return new(found[^1].ServerId, found[^1].Number);
            if (found.Count > 0 && IsOver && at + some.Count < asks.Count)
                return new(some[^1].ServerId, some[^1].Numbers.Last);
        }
        return ReadingEnd.All;
    }

    private bool IsOver => clock.GetElapsedTime(_started) > limits.ReadFor;

    /// <summary>False if there may be more.</summary>
    private async Task<bool> ReadSomeAsync<TDocument, T>(
        IMongoCollection<TDocument> collection, List<Ask> asks, Func<TDocument, Numbered<T>> number,
        List<Numbered<T>> found, TimeLimit time)
    {
        var room = limits.DocumentsPerRead - found.Count;
        await foreach (var document in collection.ReadAsync(Filter(asks), time, InOrder<TDocument>(room + 1)))
        {
            if (room-- <= 0 || (found.Count > 0 && IsOver))
                return false;
            found.Add(number(document));
        }
        return true;
    }

    private static BsonDocument Filter(List<Ask> asks) => new("$or", new BsonArray(asks.Select(ask =>
    {
        var numbers = new BsonDocument("$gte", ask.Numbers.First);
        if (ask.Numbers.Last < long.MaxValue)
            numbers.Add("$lte", ask.Numbers.Last);
        return new BsonDocument { { "server_id", ask.ServerId }, { "sequence", numbers } };
    })));

    private static FindOptions<T> InOrder<T>(int limit) => new()
    {
        Sort = new BsonDocument { { "server_id", 1 }, { "sequence", 1 } },
        Limit = limit,
        BatchSize = Math.Min(limit, BatchSize),
    };
}
