namespace AgentStatus.Storage.MongoDb.Replication;

/// <summary>Follows the other servers by the numbers of their documents; plain finds. One reading writes the own sign
/// of life, and reads the servers, then what they stored. Each step of it has the time of a write; if one fails,
/// nothing of the reading is remembered as given.</summary>
internal sealed class MongoChangeFeed(
    MongoSession session, OtherServers others, Retractions retractions, MongoErasure erasure, string? election)
    : IChangeFeed
{
    private const int Attempts = 3;

    private string? _election = election;
    private bool _isMemoryChecked;

    /// <summary>Whether the last reading said that there is more: what it gave may not be in memory yet.</summary>
    private bool _hasMore;

    /// <summary>Begins to follow; see <see cref="ISharedStore.Follow"/>.</summary>
    /// <param name="retractions">Gets the ids that other servers retract.</param>
    /// <exception cref="StoreException">The database does not answer.</exception>
    public static MongoChangeFeed Begin(MongoSession session, Retractions retractions, MongoErasure erasure)
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

            // From the sign of life on an erasure that begins waits for this server; earlier ones are found here.
            erasure.Follow(nowMs, isAllShown: true, isFirst: true);
            return new(session, new(session.Limits, documents, nowMs), retractions, erasure, election);
        }

        throw new StoreUnreachableException($"MongoDB at {session.Database.Description} changes its primary.");
    }

    public Changes Read()
    {
        var (steps, membership, clock) = (session.Steps, session.Membership, session.Clock);
        var reads = new NumberedReads(session);
        var nowMs = steps.Run(time => membership.RefreshAsync(time.Token));
        others.Update(steps.Run(time => membership.ReadOthersAsync(others.SeenSinceMs, time.Token)));

        erasure.Follow(others.KnownThroughMs, isAllShown: !_hasMore);
        var asks = others.WhatToAsk();
        var (events, hours, retracted) =
            (new List<EventDocument>(), new List<HoursDocument>(), new List<RetractionDocument>());
        var end = ReadingEnd.Earlier(
            ReadingEnd.Earlier(
                reads.Read(session.Database.Hours, asks, hours),
                reads.Read(session.Database.Retractions, asks, retracted)),
            reads.Read(session.Database.Events, asks, events));

        // A server that has other companies as well stores theirs, too: their numbers count, and no more of them.
        var companies = session.Companies;
        List<Retraction> ofOurs =
        [
            .. retracted.Select(document => document.Retraction).Where(one => companies.Contains(one.CompanyId)),
        ];

        // Known here before the events are looked for: one that this server stores meanwhile is not shown.
        foreach (var one in ofOurs) retractions.Add(one.CompanyId, one.EventId);
        var retractedEvents = steps.Run(
            time => RetractionReads.FindEventsAsync(session.Database, ofOurs, time));

        var (askedAt, asked) = (clock.GetUtcNow(), clock.GetTimestamp());
        var primary = AskPrimary(session);
        var ourMs = askedAt.ToUnixTimeMilliseconds() + (long)(clock.GetElapsedTime(asked).TotalMilliseconds / 2);

        // Nothing can fail from here on: what was read is remembered as given.
        var isOnePrimary = primary.Election == _election;
        _election = primary.Election;
        if (!_isMemoryChecked && !isOnePrimary)
            others.AskAgain();
        _isMemoryChecked = true;
        List<StoredHours> newHours =
        [
            .. New(hours).Select(document => document.Version).Where(version => companies.Contains(version.CompanyId)),
        ];
        _ = New(retracted).Count();
        List<StatusEvent> newEvents =
        [
            .. New(events).Select(document => document.Event).Where(e => companies.Contains(e.Agent.CompanyId)),
        ];
        _hasMore = !others.Conclude(nowMs, end, isOnePrimary);
        return new(
            newEvents,
            newHours,
            retractedEvents,
            erasure.TakeMissed(),
            _hasMore ? null : others.KnownThroughMs,
            primary.ClockMs - ourMs,
            others.GivenThrough);
    }

    private static Primary AskPrimary(MongoSession session) =>
        session.Steps.Run(time => Primary.AskAsync(session.Database, time.Token));

    /// <summary>Those that were not seen before.</summary>
    private IEnumerable<T> New<T>(IEnumerable<T> documents)
        where T : INumberedDocument => documents.Where(one => others.Saw(one.ServerId!, one.Number));
}
