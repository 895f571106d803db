namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>Reads the documents of servers by their numbers, as many as one reading may have.</summary>
internal sealed class NumberedReads(MongoSession session)
{
    /// <summary>Documents of one answer: a few are fetched in vain where a reading ends early.</summary>
    private const int BatchSize = 5_000;

    private readonly ReplicationLimits _limits = session.Limits;
    private readonly long _started = session.Clock.GetTimestamp();

    /// <summary>Reads what is asked for, by server and number.</summary>
    /// <param name="asks">By server and number.</param>
    /// <returns>How far it came before it had too many, or took too long.</returns>
    public ReadingEnd Read<T>(IMongoCollection<T> collection, List<Ask> asks, List<T> found)
        where T : INumberedDocument
    {
        for (var at = 0; at < asks.Count; at += _limits.RangesPerQuery)
        {
            var some = asks.GetRange(at, Math.Min(_limits.RangesPerQuery, asks.Count - at));
            if (!session.Steps.Run(time => ReadSomeAsync(collection, some, found, time)))
                return new(found[^1].ServerId, found[^1].Number);
            if (found.Count > 0 && IsOver && at + some.Count < asks.Count)
                return new(some[^1].ServerId, some[^1].Numbers.Last);
        }
        return ReadingEnd.All;
    }

    private bool IsOver => session.Clock.GetElapsedTime(_started) > _limits.ReadFor;

    /// <summary>False if there may be more.</summary>
    private async Task<bool> ReadSomeAsync<T>(
        IMongoCollection<T> collection, List<Ask> asks, List<T> found, TimeLimit time)
    {
        var room = _limits.DocumentsPerRead - found.Count;
        await foreach (var document in collection.ReadAsync(Filter(asks), time, InOrder<T>(room + 1)))
        {
            if (room-- <= 0 || (found.Count > 0 && IsOver))
                return false;
            found.Add(document);
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
