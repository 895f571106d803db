namespace AgentStatus.Storage.Tests.MongoDb.Replication;

/// <summary>A server that follows, one step of a reading at a time, so that anything can happen between the
/// steps.</summary>
internal sealed class SimulatedFollower(
    SimulatedDatabase database, ReplicationLimits limits, Random random, SimulatedAudit audit)
{
    private readonly HashSet<int> _known = [];
    private readonly HashSet<(string, long)> _given = [];
    private IEnumerator<bool>? _steps;
    private OtherServers? _others;
    private SimulatedView? _stale;
    private long _pausedUntilMs;
    private int _election;
    private bool _isMemoryChecked;

    public HashSet<int> Known => _known;

    public int WholeReadings { get; private set; }

    public void Step(bool isCalm = false)
    {
        if (!isCalm && database.RealMs < _pausedUntilMs) return;
        var accident = isCalm ? -1 : random.Next(250);
        if (accident == 0) Restart();
        else if (accident < 4 && accident > 0)
            _pausedUntilMs = database.RealMs + random.Next(1_000);
        else if (accident < 20 && accident > 0)
            _steps = null; // The reading failed: whatever it found is forgotten.
        _steps ??= (_others is null ? Begin() : Read()).GetEnumerator();
        if (!_steps.MoveNext()) _steps = null;
    }

    private void Restart()
    {
        audit.Count("restarts of followers");
        (_steps, _others) = (null, null);
        _known.Clear();
        _given.Clear();
    }

    private IEnumerable<bool> Begin()
    {
        var (atMs, _, election) = (database.ClockMs, database.RealMs, database.Election);
        var place = database.Refresh("follower", 0, isStopped: false);
        yield return true;
        if (!database.IsConfirmed(place, election)) yield break;
        var view = database.Look();
        var others = new OtherServers(limits, view.ServersSeenSince(0), atMs);
        yield return true;
        _election = view.Election;
        if (view.Election != election) yield break;
        const int Portions = 8;
        for (var portion = 0; portion < Portions; portion++)
        {
            foreach (var one in database.Look().Events.Where(one => one.EventId % Portions == portion))
                _known.Add(one.EventId);
            yield return true;
        }
        (_others, _isMemoryChecked) = (others, false);
    }

    private IEnumerable<bool> Read()
    {
        var (atMs, realMs, election) = (database.ClockMs, database.RealMs, database.Election);
        var place = database.Refresh("follower", 0, isStopped: false);
        yield return true;
        if (!database.IsConfirmed(place, election)) yield break;
        _stale = random.Next(3) == 0 ? database.Look() : null; // A deposed primary goes on answering.
        var servers = Look(election).ServersSeenSince(_others!.SeenSinceMs);
        _others.Update(servers);
        yield return true;
        var asks = _others.WhatToAsk();
        var found = new List<SimulatedEvent>();
        var end = ReadingEnd.All;
        foreach (var some in asks.Chunk(limits.RangesPerQuery))
        {
            if (!Find(Look(election), some, found))
            {
                end = new(found[^1].ServerId, found[^1].Number);
                audit.Count("readings cut short");
                break;
            }
            yield return true;
        }
        Give(found, atMs, realMs, end, Look(election).Election);
    }

    private void Give(List<SimulatedEvent> found, long atMs, long realMs, ReadingEnd end, int election)
    {
        if (election != _election)
        {
            audit.Count("readings over a change of primary");
            if (!_isMemoryChecked)
            {
                _others!.AskAgain();
                _given.Clear();
            }
        }
        _isMemoryChecked = true;
        foreach (var one in found.Where(one => _others!.Saw(one.ServerId, one.Number)))
        {
            Assert.True(_given.Add((one.ServerId, one.Number)), $"{one} was given twice");
            _known.Add(one.EventId);
            audit.Count("given");
        }
        if (_others!.Conclude(atMs, end, election == _election))
        {
            WholeReadings++;
            Assert.Equal(atMs, _others.KnownThroughMs);
            audit.CheckKnownThrough(realMs, _known);
        }
        _election = election;
    }

    /// <summary>What the primary shows, or a deposed one that this follower still talks to.</summary>
    private SimulatedView Look(int election)
    {
        if (_stale is not null && database.Election != election && random.Next(4) > 0)
            return _stale;
        _stale = null;
        return database.Look();
    }

    private bool Find(SimulatedView view, Ask[] asks, List<SimulatedEvent> found)
    {
        var matches = view.Events
            .Where(one => asks.Any(ask => ask.ServerId == one.ServerId
                && ask.Numbers.First <= one.Number && one.Number <= ask.Numbers.Last))
            .OrderBy(one => one.ServerId, StringComparer.Ordinal).ThenBy(one => one.Number).ToList();
        var room = limits.DocumentsPerRead - found.Count;
        found.AddRange(matches.Take(room));
        return matches.Count <= room;
    }
}
