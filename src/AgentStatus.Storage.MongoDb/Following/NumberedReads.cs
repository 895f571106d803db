using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>A document with its number.</summary>
internal readonly record struct Numbered<T>(string ServerId, long Number, T Document);

/// <summary>Reads the documents of servers by their numbers, as many as one reading may have.</summary>
internal sealed class NumberedReads(MongoClient client, FollowingLimits limits, TimeProvider clock)
{
    /// <summary>Documents of one answer: a few are fetched in vain where a reading ends early.</summary>
    private const int BatchSize = 5_000;

    private readonly long _started = clock.GetTimestamp();

    /// <summary>Reads what is asked for, by server and number.</summary>
    /// <param name="collection">From where.</param>
    /// <param name="asks">By server and number.</param>
    /// <param name="decode">Reads the rest of a document.</param>
    /// <param name="found">Is added to.</param>
    /// <returns>How far it came before it had too many, or took too long.</returns>
    public ReadingEnd Read<T>(
        string collection, List<Ask> asks, DocumentReader<T> decode, List<Numbered<T>> found)
    {
        for (var at = 0; at < asks.Count; at += limits.RangesPerQuery)
        {
            var some = asks.GetRange(at, Math.Min(limits.RangesPerQuery, asks.Count - at));
            if (!ReadSome(collection, some, decode, found))
                return new(found[^1].ServerId, found[^1].Number);
            if (found.Count > 0 && IsOver && at + some.Count < asks.Count)
                return new(some[^1].ServerId, some[^1].Numbers.Last);
        }
        return ReadingEnd.All;
    }

    private bool IsOver => clock.GetElapsedTime(_started) > limits.ReadFor;

    /// <summary>False if there may be more.</summary>
    private bool ReadSome<T>(
        string collection, List<Ask> asks, DocumentReader<T> decode, List<Numbered<T>> found)
    {
        var room = limits.DocumentsPerRead - found.Count;
        using var cursor = client.Find(collection, Filter(asks), InOrder(room + 1));
        while (cursor.TryNext(out var document))
        {
            if (room-- <= 0 || (found.Count > 0 && IsOver))
                return false;
            found.Add(MongoFailures.Decode(collection, document, read => Decode(read, decode)));
        }
        return true;
    }

    private static Numbered<T> Decode<T>(ReadOnlySpan<byte> document, DocumentReader<T> decode)
    {
        var content = decode(document);
        var reader = new BsonReader(document);
        reader.Require("server_id"u8);
        var serverId = reader.GetString();
        reader.Require("sequence"u8);
        return new(serverId, reader.GetInt64(), content);
    }

    private static ReadOnlySpan<byte> Filter(List<Ask> asks)
    {
        var filter = new BsonWriter().Begin().BeginArray("$or"u8);
        foreach (var (serverId, (first, last)) in asks)
        {
            filter.BeginDocument().String("server_id"u8, serverId);
            filter.BeginDocument("sequence"u8).Int64("$gte"u8, first);
            if (last < long.MaxValue)
                filter.Int64("$lte"u8, last);
            filter.End().End();
        }
        return filter.End().Finish();
    }

    private static ReadOnlySpan<byte> InOrder(int limit) => new BsonWriter().Begin()
        .BeginDocument("sort"u8).Int32("server_id"u8, 1).Int32("sequence"u8, 1).End()
        .Int64("limit"u8, limit)
        .Int32("batchSize"u8, Math.Min(limit, BatchSize))
        .Finish();
}
