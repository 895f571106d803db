using AgentStatus.Core;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>
/// Follows the other servers by the numbers of their documents; plain finds. One reading writes the own sign of life,
/// and reads the servers, then what they stored. Each step of it has the time of a write; if one fails, nothing of the
/// reading is remembered as given.
/// </summary>
internal sealed class MongoChangeFeed : IChangeFeed
{
    private const int Attempts = 3;

    private readonly MongoSession _session;
    private readonly FollowingLimits _limits;
    private readonly TimeProvider _clock;
    private readonly OtherServers _others;
    private readonly long _started;
    private string? _election;
    private bool _isMemoryChecked;

    private MongoChangeFeed(
        MongoSession session, FollowingLimits limits, TimeProvider clock, OtherServers others, string? election)
    {
        (_session, _limits, _clock) = (session, limits, clock);
        (_others, _election) = (others, election);
        _started = clock.GetTimestamp();
    }

    /// <summary>Begins to follow; see <see cref="ISharedStore.Follow"/>.</summary>
    /// <exception cref="StoreException">The database does not answer.</exception>
    public static MongoChangeFeed Begin(MongoSession session, FollowingLimits limits, TimeProvider clock)
    {
        var (steps, registry) = (session.Steps, session.Registry);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var election = AskPrimary(session).Election;
            var nowMs = steps.Run(time => registry.RefreshAsync(time.Token));
            var documents = steps.Run(time => registry.ReadOthersAsync(seenSinceMs: null, time.Token));
            if (AskPrimary(session).Election != election)
                continue;
            steps.Run(time => registry.DeleteOldAsync(documents, nowMs, time.Token));
            return new MongoChangeFeed(session, limits, clock, new(limits, documents, nowMs), election);
        }
        throw new StoreUnreachableException($"MongoDB at {session.Database.Description} changes its primary.");
    }

    /// <inheritdoc/>
    public Changes Read(bool periodsSettled)
    {
        if (periodsSettled)
            VouchForPeriods();
        return Give(ReadAll());
    }

    private static Primary AskPrimary(MongoSession session) =>
        session.Steps.Run(time => Primary.AskAsync(session.Database, time.Token));

    private void VouchForPeriods()
    {
        var now = _clock.GetElapsedTime(_started);
        _session.Registry.Periods.Written(now);
        foreach (var server in _others.All)
        {
            if (server.Abandoned.Written(now) is not { } through)
                continue;
            _session.Steps.Run(
                time => ServerDocuments.SettleAsync(_session.Database, server.Document, through, time.Token));
        }
    }

    private Reading ReadAll()
    {
        var (steps, registry, database) = (_session.Steps, _session.Registry, _session.Database);
        var reads = new NumberedReads(steps, _limits, _clock);
        var nowMs = steps.Run(time => registry.RefreshAsync(time.Token));
        _others.Update(steps.Run(time => registry.ReadOthersAsync(_others.SeenSinceMs, time.Token)));

        var asks = _others.WhatToAsk();
        var events = new List<Numbered<StatusEvent>>();
        var hours = new List<Numbered<StoredHours>>();
        var end = ReadingEnd.Earlier(
            reads.Read(database.Hours, asks, Number, hours),
            reads.Read(database.Events, asks, Number, events));

        var abandonedAsks = _others.WhatIsAbandoned(nowMs);
        var abandoned = new List<Numbered<StatusEvent>>();
        var abandonedEnd = reads.Read(database.Events, abandonedAsks, Number, abandoned);

        var (askedAt, asked) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var primary = AskPrimary(_session);
        var ourMs = askedAt.ToUnixTimeMilliseconds() + (long)(_clock.GetElapsedTime(asked).TotalMilliseconds / 2);
        return new(
            nowMs, events, hours, end, abandonedAsks, abandoned, abandonedEnd, primary.Election,
            primary.ClockMs - ourMs);
    }

    private static Numbered<StatusEvent> Number(EventDocument document) =>
        new(document.ServerId!, document.Number, document.Event);

    private static Numbered<StoredHours> Number(HoursDocument document) =>
        new(document.ServerId!, document.Number, document.Version);

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
        var abandoned = reading.Abandoned.ConvertAll(one => one.Document);
        var events = new List<StatusEvent>();
        foreach (var (serverId, number, document) in reading.Events)
        {
            if (!_others.Saw(serverId, number))
                continue;
            events.Add(document);
            if (_others.IsAway(serverId, reading.NowMs))
                abandoned.Add(document);
        }
        _others.GaveAbandoned(reading.AbandonedAsks, reading.AbandonedEnd, reading.Abandoned);
        var isWhole = _others.Conclude(reading.NowMs, reading.End, isOnePrimary);
        _session.Registry.Periods.ReadingEnded(isWhole, _session.Registry.Numbers.ConfirmedThrough);
        return new(events, hours, isWhole ? _others.KnownThroughMs : null, reading.StoreAheadMs, abandoned);
    }

    private sealed record Reading(
        long NowMs,
        List<Numbered<StatusEvent>> Events,
        List<Numbered<StoredHours>> Hours,
        ReadingEnd End,
        List<Ask> AbandonedAsks,
        List<Numbered<StatusEvent>> Abandoned,
        ReadingEnd AbandonedEnd,
        string? Election,
        long StoreAheadMs);
}
