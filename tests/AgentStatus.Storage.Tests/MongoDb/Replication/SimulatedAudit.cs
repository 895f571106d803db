namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>Knows in real time what was acknowledged, and what followers must have been given.</summary>
internal sealed class SimulatedAudit(SimulatedDatabase database, ReplicationLimits limits, Random random)
{
    private readonly Dictionary<int, long> _acknowledgedAtMs = [];
    private readonly Dictionary<int, (string ServerId, long AtMs)> _landed = [];
    private readonly Dictionary<string, long> _refreshedAtMs = [];
    private int _lastEventId;

    /// <summary>What happened often enough to be worth the test.</summary>
    public SortedDictionary<string, int> Counts { get; } = [];

    public void Count(string what, int by = 1) => Counts[what] = Counts.GetValueOrDefault(what) + by;

    /// <summary>A new id, or one that was used before.</summary>
    public int AnyEventId() =>
        _lastEventId > 0 && random.Next(8) == 0 ? random.Next(1, _lastEventId + 1) : ++_lastEventId;

    public void Landed(string serverId, int eventId) => _landed[eventId] = (serverId, database.RealMs);

    public void Refreshed(string serverId) => _refreshedAtMs[serverId] = database.RealMs;

    public void Acknowledged(int eventId)
    {
        _acknowledgedAtMs.TryAdd(eventId, database.RealMs);
        Count("acknowledged");
    }

    /// <summary>A follower says that it knows everything acknowledged before this instant.</summary>
    public void CheckKnownThrough(long realMs, HashSet<int> known)
    {
        Count("whole readings");
        foreach (var (eventId, atMs) in _acknowledgedAtMs)
            Assert.True(atMs >= realMs || known.Contains(eventId),
                $"event {eventId}, acknowledged at {atMs}, is not known through {realMs}");
    }

    /// <summary>All is quiet: a follower knows what is stored, no more and no less.</summary>
    public void CheckAtTheEnd(IEnumerable<SimulatedEvent> stored, HashSet<int> known)
    {
        var ids = stored.Select(one => one.EventId).ToHashSet();
        Assert.Subset(ids, known);
        foreach (var missed in ids.Except(known))
        {
            // What landed from a server that was dead for everyone, and never lived again, may stay unknown.
            var (serverId, landedAtMs) = _landed[missed];
            Assert.False(_acknowledgedAtMs.ContainsKey(missed), $"event {missed} was acknowledged");
            Assert.True(landedAtMs > _refreshedAtMs[serverId] + (limits.WatchFor.TotalMilliseconds / 2),
                $"event {missed} of {serverId} landed at {landedAtMs}, seen at {_refreshedAtMs[serverId]}");
        }
    }
}
