namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>A document of the simulation: an event under a server's number.</summary>
internal sealed record SimulatedEvent(string ServerId, long Number, int EventId);

/// <summary>A replica set in miniature: a primary's log, of which a majority has a part; what readers see is that part.
/// With a new primary, what no majority had may be lost, and for a moment readers may see less than before.</summary>
internal sealed class SimulatedDatabase(Random random)
{
    private readonly List<object> _log = [];
    private readonly List<long> _landedAtMs = [];
    private readonly HashSet<int> _ids = [];
    private int _committed;
    private int _visible;
    private int _standsStill;
    private long _skewMs;

    /// <summary>Real time, which nobody in the simulation knows.</summary>
    public long RealMs { get; set; } = 1_000_000;

    public long ClockMs => RealMs + _skewMs;

    public int Election { get; private set; }

    public int LogLength => _log.Count;

    /// <summary>Lands an event. Null if its id is taken; else where in the log it stands.</summary>
    public int? Insert(SimulatedEvent inserted)
    {
        if (!_ids.Add(inserted.EventId)) return null;
        _log.Add(inserted);
        _landedAtMs.Add(RealMs);
        return _log.Count;
    }

    /// <summary>Lands a sign of life, as the update operators do it; returns where in the log it stands.</summary>
    public int Refresh(string serverId, long confirmedThrough, bool isStopped)
    {
        var old = _log.FindLast(one => one is ServerDocument server && server.Id == serverId) as ServerDocument;
        var confirmed = Math.Max(confirmedThrough, old?.ConfirmedThrough ?? 0);
        _log.Add(new ServerDocument(serverId, ClockMs, confirmed, isStopped, CompanyPartition.Whole));
        _landedAtMs.Add(RealMs);
        return _log.Count;
    }

    /// <summary>Has the others ask for the server that stored this event, if it was not seen for so long; returns where
    /// in the log that stands.</summary>
    public int Recall(int eventId, TimeSpan silentFor, SimulatedAudit audit)
    {
        var stored = (SimulatedEvent)_log.FindLast(one => one is SimulatedEvent found && found.EventId == eventId)!;
        var server = (ServerDocument)_log.FindLast(
            one => one is ServerDocument found && found.Id == stored.ServerId)!;
        if (!server.IsStopped && ClockMs - server.SeenAtMs <= silentFor.TotalMilliseconds) return 0;
        audit.Count("servers recalled");
        audit.Refreshed(server.Id);
        _log.Add(server with { SeenAtMs = ClockMs });
        _landedAtMs.Add(RealMs);
        return _log.Count;
    }

    /// <summary>A majority has the log up to there; a failed primary's log may be shorter now, and another.</summary>
    public bool IsConfirmed(int place, int election) => election == Election && _visible >= place;

    public void Step()
    {
        RealMs += random.Next(3);
        if (_standsStill > 0) _standsStill--;
        else if (random.Next(3) > 0) See(random.Next(_visible, _log.Count + 1));
        if (random.Next(60) == 0) FailOver();
    }

    /// <summary>Everything that landed is there for all to see.</summary>
    public void Settle() => See(_log.Count);

    public SimulatedView Look() => new(_log.GetRange(0, _visible), Election);

    private void See(int place)
    {
        _visible = place;
        _committed = Math.Max(_committed, place);
    }

    private void FailOver()
    {
        Election++;
        _standsStill = random.Next(15);
        _skewMs = random.Next(-40, 41);
        var kept = random.Next(_committed, _log.Count + 1);
        foreach (var lost in _log.Skip(kept).OfType<SimulatedEvent>()) _ids.Remove(lost.EventId);
        _log.RemoveRange(kept, _log.Count - kept);
        _landedAtMs.RemoveRange(kept, _landedAtMs.Count - kept);
        // What a new primary does not show at once is recent.
        var shownMs = RealMs - random.Next(100);
        while (_visible > 0 && _landedAtMs[_visible - 1] > shownMs) _visible--;
    }
}

/// <summary>What a reader sees at one moment.</summary>
internal sealed record SimulatedView(IReadOnlyList<object> Log, int Election)
{
    public IEnumerable<SimulatedEvent> Events => Log.OfType<SimulatedEvent>();

    public List<ServerDocument> ServersSeenSince(long sinceMs) =>
    [
        .. Log.OfType<ServerDocument>().GroupBy(one => one.Id).Select(versions => versions.Last())
            .Where(one => one.SeenAtMs >= sinceMs),
    ];
}
