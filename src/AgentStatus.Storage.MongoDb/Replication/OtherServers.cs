namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>All that decides what to ask the database for, what is new, and through when everything is known. Reads
/// nothing itself. A reading is: the database's time, then <see cref="Update"/> with the servers as read after that,
/// then the documents of <see cref="WhatToAsk"/>, then <see cref="Saw"/> of each and <see cref="Conclude"/>. One that
/// fails is begun anew. One thread.</summary>
internal sealed class OtherServers
{
    private readonly ReplicationLimits _limits;
    private readonly SortedDictionary<string, OtherServer> _servers = new(StringComparer.Ordinal);

    /// <param name="documents">All servers, as read before memory is.</param>
    /// <param name="nowMs">The database's time before they were read.</param>
    public OtherServers(ReplicationLimits limits, IEnumerable<ServerDocument> documents, long nowMs)
    {
        _limits = limits;
        KnownThroughMs = nowMs;
        foreach (var document in documents)
            _servers.Add(document.Id, new(document, document.ConfirmedThrough));
    }

    /// <summary>What any server acknowledged as stored before this instant was given, or was there before following
    /// began.</summary>
    public long KnownThroughMs { get; private set; }

    /// <summary>The documents of servers seen at or after this belong into a reading. One leaves only after a whole
    /// reading that began when it had been silent for WatchFor, however long this process slept in between.</summary>
    public long SeenSinceMs => KnownThroughMs - (long)_limits.WatchFor.TotalMilliseconds;

    /// <summary>Of each server the number through which everything was given, or can never come.</summary>
    public IReadOnlyList<ServerNumber> GivenThrough =>
        [.. _servers.Values.Select(server => new ServerNumber(server.Document.Id, server.Cursor.GivenThrough))];

    /// <summary>The database has had another primary since the beginning: it may not have shown memory all.</summary>
    public void AskAgain()
    {
        foreach (var server in _servers.Values)
            server.Cursor.AskAgain(_limits.NumbersAskedAgain);
    }

    /// <summary>Begins a reading with the servers seen since <see cref="SeenSinceMs"/>.</summary>
    public void Update(IReadOnlyList<ServerDocument> documents)
    {
        foreach (var server in _servers.Values)
            server.IsAsked = false;
        foreach (var document in documents)
        {
            if (_servers.TryGetValue(document.Id, out var server))
                server.Document = document;
            else
                _servers.Add(document.Id, server = new(document, 0));
            // What stopped, and was read to its end, has nothing more.
            server.IsAsked = !(document.IsStopped && server.Cursor.GivenThrough >= document.ConfirmedThrough);
        }
    }

    /// <summary>Where new documents may be; by server and number. Of a server that has confirmed more than one reading
    /// holds the next numbers alone: nothing can hide behind them, and a database that sorts all that it finds, limit
    /// or not, would sort the whole backlog at each reading.</summary>
    public List<Ask> WhatToAsk()
    {
        foreach (var server in _servers.Values)
        {
            var next = server.Cursor.Top + _limits.DocumentsPerRead;
            server.AskedThrough = server.Document.ConfirmedThrough > next ? next : long.MaxValue;
        }

        return
        [
            .. from server in _servers.Values
               where server.IsAsked
               from missing in server.Cursor.Missing(server.AskedThrough)
               select new Ask(server.Document.Id, missing),
        ];
    }

    /// <summary>A document was read. False if it was before.</summary>
    public bool Saw(string serverId, long number) => _servers[serverId].Cursor.Saw(number);

    /// <summary>Ends a reading of which everything that was read has been seen.</summary>
    /// <param name="beganAtMs">The database's time before anything else of it.</param>
    /// <param name="end">How far it came.</param>
    /// <param name="isOnePrimary">Whether one primary answered all of it. A new primary may for a moment show less than
    /// the old one had confirmed, so that a number that is missing proves nothing.</param>
    /// <returns>Whether it was whole.</returns>
    public bool Conclude(long beganAtMs, ReadingEnd end, bool isOnePrimary)
    {
        if (!isOnePrimary)
            return false;
        foreach (var server in _servers.Values.Where(server => server.IsAsked))
        {
            var document = server.Document;
            var through = Math.Min(document.ConfirmedThrough, server.AskedThrough);
            server.Cursor.Pass(Math.Min(through, end.CoveredOf(document.Id)));
        }
        if (!end.IsAll || _servers.Values.Any(server => server is { IsAsked: true, AskedThrough: < long.MaxValue }))
            return false;
        KnownThroughMs = beganAtMs;
        return true;
    }
}

/// <summary>Another server, as this one follows it.</summary>
internal sealed class OtherServer(ServerDocument document, long knownThrough)
{
    /// <summary>As last read.</summary>
    public ServerDocument Document { get; set; } = document;

    public ServerCursor Cursor { get; } = new(knownThrough);

    /// <summary>Whether its numbers are asked for in the present reading.</summary>
    public bool IsAsked { get; set; }

    /// <summary>The last number that is asked for in the present reading.</summary>
    public long AskedThrough { get; set; } = long.MaxValue;
}
