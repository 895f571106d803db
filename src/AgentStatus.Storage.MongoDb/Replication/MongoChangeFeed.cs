namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>Follows the other servers by the numbers of their documents; plain finds. One reading writes the own sign
/// of life, and reads the servers, then what they stored. Each step of it has the time of a write; if one fails,
/// nothing of the reading is remembered as given.</summary>
internal sealed class MongoChangeFeed : IChangeFeed
{
    private const int Attempts = 3;

    private readonly MongoSession _session;
    private readonly ReplicationLimits _limits;
    private readonly TimeProvider _clock;
    private readonly OtherServers _others;
    private string? _election;
    private bool _isMemoryChecked;

    private MongoChangeFeed(
        MongoSession session, ReplicationLimits limits, TimeProvider clock, OtherServers others, string? election)
    {
        (_session, _limits, _clock) = (session, limits, clock);
        (_others, _election) = (others, election);
    }

    /// <summary>Begins to follow; see <see cref="ISharedStore.Follow"/>.</summary>
    /// <exception cref="StoreException">The database does not answer.</exception>
    public static MongoChangeFeed Begin(MongoSession session, ReplicationLimits limits, TimeProvider clock)
    {
        var (steps, membership) = (session.Steps, session.Membership);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var election = AskPrimary(session).Election;
            var nowMs = steps.Run(time => membership.RefreshAsync(time.Token));
            var documents = steps.Run(time => membership.ReadOthersAsync(seenSinceMs: null, time.Token));
            if (AskPrimary(session).Election != election)
                continue;
            steps.Run(time => membership.DeleteOldAsync(documents, nowMs, time.Token));
            return new MongoChangeFeed(session, limits, clock, new(limits, documents, nowMs), election);
        }
        throw new StoreUnreachableException($"MongoDB at {session.Database.Description} changes its primary.");
    }

    public Changes Read() => Give(ReadAll());

    private static Primary AskPrimary(MongoSession session) =>
        session.Steps.Run(time => Primary.AskAsync(session.Database, time.Token));

    private Reading ReadAll()
    {
        var (steps, membership, database) = (_session.Steps, _session.Membership, _session.Database);
        var reads = new NumberedReads(steps, _limits, _clock);
        var nowMs = steps.Run(time => membership.RefreshAsync(time.Token));
        _others.Update(steps.Run(time => membership.ReadOthersAsync(_others.SeenSinceMs, time.Token)));

        var asks = _others.WhatToAsk();
        var events = new List<Numbered<StatusEvent>>();
        var hours = new List<Numbered<StoredHours>>();
        var end = ReadingEnd.Earlier(
            reads.Read(database.Hours, asks, document => document.Numbered, hours),
            reads.Read(database.Events, asks, document => document.Numbered, events));

        var (askedAt, asked) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var primary = AskPrimary(_session);
        var ourMs = askedAt.ToUnixTimeMilliseconds() + (long)(_clock.GetElapsedTime(asked).TotalMilliseconds / 2);
        return new(nowMs, events, hours, end, primary.Election, primary.ClockMs - ourMs);
    }

    /// <summary>Remembers what was read as given. Nothing here can fail.</summary>
    private Changes Give(Reading reading)
    {
        var isOnePrimary = reading.Election == _election;
        _election = reading.Election;
        if (!_isMemoryChecked && !isOnePrimary)
            _others.AskAgain();
        _isMemoryChecked = true;

        var hours = new List<StoredHours>();
        foreach (var (serverId, number, document) in reading.Hours)
        {
            if (_others.Saw(serverId, number))
                hours.Add(document);
        }
        var events = new List<StatusEvent>();
        foreach (var (serverId, number, document) in reading.Events)
        {
            if (_others.Saw(serverId, number))
                events.Add(document);
        }
        var isWhole = _others.Conclude(reading.NowMs, reading.End, isOnePrimary);
        return new(
            events, hours, isWhole ? _others.KnownThroughMs : null, reading.StoreAheadMs, _others.GivenThrough);
    }

    private sealed record Reading(
        long NowMs,
        List<Numbered<StatusEvent>> Events,
        List<Numbered<StoredHours>> Hours,
        ReadingEnd End,
        string? Election,
        long StoreAheadMs);
}
