namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>Which documents to read: a server's numbers, both ends included.</summary>
internal readonly record struct Ask(string ServerId, NumberRange Numbers);

/// <summary>How far a reading came that asks by server and number, in order: everything up to this number of this
/// server was read. Servers sort as in the database, by the bytes of their ids, which are ASCII.</summary>
internal readonly record struct ReadingEnd(string? ServerId, long Number)
{
    /// <summary>The reading came to its end.</summary>
    public static readonly ReadingEnd All = new(null, long.MaxValue);

    public bool IsAll => ServerId is null;

    /// <summary>Up to which number what was asked of the server was read.</summary>
    public long CoveredOf(string serverId) => (ServerId is null ? -1 : string.CompareOrdinal(serverId, ServerId)) switch
    {
        < 0 => long.MaxValue,
        0 => Number,
        > 0 => 0,
    };

    /// <summary>What of the questions was not read.</summary>
    public IEnumerable<Ask> LeftOf(IEnumerable<Ask> asks)
    {
        foreach (var (serverId, (first, last)) in asks)
        {
            var covered = CoveredOf(serverId);
            if (covered < last)
                yield return new(serverId, new(Math.Max(first, covered + 1), last));
        }
    }

    /// <summary>The earlier of both.</summary>
    public static ReadingEnd Earlier(ReadingEnd one, ReadingEnd other)
    {
        if (one.IsAll || other.IsAll)
            return one.IsAll ? other : one;
        var order = string.CompareOrdinal(one.ServerId!, other.ServerId!);
        return order < 0 || (order == 0 && one.Number < other.Number) ? one : other;
    }
}
