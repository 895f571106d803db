using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb.Following;

/// <summary>
/// Follows the other servers by the numbers of their documents; plain finds. One reading writes the own sign of life,
/// and reads the servers, then what they stored. A call fails in the time of the connection's limits; nothing of it
/// is then remembered as given.
/// </summary>
internal sealed class MongoChangeFeed : IChangeFeed
{
    private const int Attempts = 3;

    private readonly MongoConnection _connection;
    private readonly ServerRegistry _registry;
    private readonly FollowingLimits _limits;
    private readonly TimeProvider _clock;
    private readonly OtherServers _others;
    private readonly long _started;
    private string? _election;
    private bool _isMemoryChecked;

    private MongoChangeFeed(
        MongoConnection connection, ServerRegistry registry, FollowingLimits limits, TimeProvider clock,
        OtherServers others, string? election)
    {
        (_connection, _registry, _limits, _clock) = (connection, registry, limits, clock);
        (_others, _election) = (others, election);
        _started = clock.GetTimestamp();
    }

    /// <summary>Begins to follow; see <see cref="ISharedStore.Follow"/>.</summary>
    /// <exception cref="StoreException">The database does not answer.</exception>
    public static MongoChangeFeed Begin(
        MongoConnection connection, ServerRegistry registry, FollowingLimits limits, TimeProvider clock) =>
        MongoFailures.Explain(() =>
        {
            using var client = connection.Rent();
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                var election = Primary.Ask(client).Election;
                var nowMs = registry.Refresh(client);
                var documents = registry.ReadOthers(client, seenSinceMs: null);
                if (Primary.Ask(client).Election != election)
                    continue;
                registry.DeleteOld(client, documents, nowMs);
                return new MongoChangeFeed(
                    connection, registry, limits, clock, new(limits, documents, nowMs), election);
            }
            throw new StoreUnreachableException($"MongoDB at {connection.Description} changes its primary.");
        });

    /// <inheritdoc/>
    public Changes Read(bool periodsSettled) => MongoFailures.Explain(() =>
    {
        using var client = _connection.Rent();
        if (periodsSettled)
            VouchForPeriods(client);
        return Give(ReadAll(client));
    });

    private void VouchForPeriods(MongoClient client)
    {
        var now = _clock.GetElapsedTime(_started);
        _registry.Periods.Written(now);
        foreach (var server in _others.All)
        {
            if (server.Abandoned.Written(now) is { } through)
                ServerDocuments.Settle(client, server.Document, through);
        }
    }

    private Reading ReadAll(MongoClient client)
    {
        var reads = new NumberedReads(client, _limits, _clock);
        var nowMs = _registry.Refresh(client);
        _others.Update(_registry.ReadOthers(client, _others.SeenSinceMs));

        var asks = _others.WhatToAsk();
        var events = new List<Numbered<StatusEvent>>();
        var hours = new List<Numbered<StoredHours>>();
        var end = ReadingEnd.Earlier(
            reads.Read(Collections.Hours, asks, HoursDocument.Read, hours),
            reads.Read(Collections.Events, asks, EventDocument.Read, events));

        var abandonedAsks = _others.WhatIsAbandoned(nowMs);
        var abandoned = new List<Numbered<StatusEvent>>();
        var abandonedEnd = reads.Read(Collections.Events, abandonedAsks, EventDocument.Read, abandoned);

        var (askedAt, asked) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var primary = Primary.Ask(client);
        var ourMs = askedAt.ToUnixTimeMilliseconds() + (long)(_clock.GetElapsedTime(asked).TotalMilliseconds / 2);
        return new(
            nowMs, events, hours, end, abandonedAsks, abandoned, abandonedEnd, primary.Election,
            primary.ClockMs - ourMs);
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
        _registry.Periods.ReadingEnded(isWhole, _registry.Numbers.ConfirmedThrough);
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
