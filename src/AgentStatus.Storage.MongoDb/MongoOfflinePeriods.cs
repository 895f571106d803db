using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>The offline periods in MongoDB, which has no transactions here. Each document bears its writer's epoch, and
/// none of a newer epoch is replaced or deleted. What an earlier owner inserts late, where this epoch has no document,
/// is found by its time and computed anew.</summary>
internal sealed class MongoOfflinePeriods(MongoSession session) : IOfflinePeriodStore
{
    /// <summary>Documents of one command: well below what it may hold, and far less than a time-out of work.</summary>
    private const int Portion = 1_000;

    /// <summary>How far a new primary's clock may be behind the old one's.</summary>
    private const long ClockMarginMs = 60_000;

    private readonly StatusDatabase _database = session.Database;
    private readonly TimedOperations _operations = session.Writes;
    private readonly ProjectionLease _lease = new(
        session.Database, session.Membership.ServerId, session.Companies, session.Limits.KeepFor);

    private readonly Dictionary<string, long> _through = new(StringComparer.Ordinal);
    private long _searchedThroughMs;

    public long? TryOwn(bool force = false) => _operations.Write(time => _lease.TryOwnAsync(force, time.Token));

    public void Release() => _operations.Write(time => _lease.ReleaseAsync(time.Token));

    public IEnumerable<AgentChange>? ReadChangesSinceCheckpoint()
    {
        _searchedThroughMs = _lease.Document!.SearchedThroughMs;
        _through.Clear();
        if (_lease.Document.Through is not { } through) return null;
        var servers = session.Steps.Run(time => session.Membership.ReadOthersAsync(seenSinceMs: null, time.Token));
        foreach (var id in servers.Select(server => server.Id).Append(session.Membership.ServerId))
            _through[id] = through.GetValueOrDefault(id);
        var asks = _through.OrderBy(server => server.Key, StringComparer.Ordinal)
            .Select(server => new Ask(server.Key, new(server.Value + 1, long.MaxValue))).ToList();
        var changes = new Dictionary<AgentKey, long>();
        foreach (var some in ReadNumbered(_database.Events, asks)) Add(some.Select(document => document.Event));
        foreach (var some in ReadNumbered(_database.Retractions, asks))
            Add(session.Steps.Run(time => RetractionReads.FindEventsAsync(
                _database,
                some.Select(document => document.Retraction).Where(one => session.Companies.Contains(one.CompanyId)),
                time)));
        return changes.Select(change => new AgentChange(change.Key, change.Value));

        void Add(IEnumerable<StatusEvent> events)
        {
            foreach (var e in events.Where(e => session.Companies.Contains(e.Agent.CompanyId)))
                changes[e.Agent] = Math.Min(changes.GetValueOrDefault(e.Agent, long.MaxValue), e.OccurredAtMs);
        }
    }

    private IEnumerable<List<T>> ReadNumbered<T>(IMongoCollection<T> collection, List<Ask> asks)
        where T : INumberedDocument
    {
        while (asks.Count > 0)
        {
            var found = new List<T>();
            var end = new NumberedReads(session).Read(collection, asks, found);
            yield return found;
            asks = [.. end.LeftOf(asks)];
        }
    }

    public bool LowerCheckpoint(long epoch, IReadOnlyList<ServerNumber> shownThrough)
    {
        var shown = shownThrough.ToDictionary(server => server.ServerId, server => server.Number);
        var ahead = _through.Where(server => server.Value > shown.GetValueOrDefault(server.Key)).ToList();
        foreach (var (serverId, _) in ahead) _through[serverId] = shown.GetValueOrDefault(serverId);
        return ahead.Count == 0 || SaveCheckpoint(epoch, []);
    }

    public bool SaveCheckpoint(long epoch, IReadOnlyList<ServerNumber> through)
    {
        foreach (var (serverId, number) in through) _through[serverId] = number;
        return _operations.Write(time => _lease.SaveAsync(epoch, _through, _searchedThroughMs, time.Token));
    }

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        session.Reads.Run(time => PeriodReads.ReadAsync(_database, agent, fromMs, time));

    public bool Replace(long epoch, IReadOnlyList<PeriodReplacement> replacements)
    {
        var compared = Compare(epoch, replacements);
        return !compared.IsFenced && Put(epoch, compared) && Delete(epoch, compared);
    }

    /// <summary>First step of a replacement: what is to be written and deleted.</summary>
    internal PeriodComparison Compare(long epoch, IReadOnlyList<PeriodReplacement> replacements) =>
        session.Steps.Run(time => PeriodComparison.MakeAsync(_database, epoch, replacements, time));

    /// <summary>Second step; false where a newer epoch has written any of the periods, or has the lease.</summary>
    internal bool Put(long epoch, PeriodComparison compared)
    {
        foreach (var some in compared.Changed.Chunk(Portion))
        {
            if (!StillOwns(epoch, compared.Changed.Count)) return false;
            IReadOnlyList<OfflinePeriod> left = some;
            for (var attempt = 0; attempt < 2 && left.Count > 0; attempt++)
            {
                var taken = _operations.Write(time => _database.OfflinePeriods.WriteAsync(
                    left.Select(period => Put(period, epoch)), time.Token));
                left = [.. taken.Select(index => left[index])];
            }

            // An earlier owner may have inserted the same one at the same time; a newer epoch's is taken again.
            if (left.Count > 0) return false;
        }

        return true;
    }

    /// <summary>Third step; false where another server has the lease.</summary>
    internal bool Delete(long epoch, PeriodComparison compared)
    {
        foreach (var some in compared.Removed.Chunk(Portion))
        {
            if (!StillOwns(epoch, compared.Removed.Count)) return false;
            _operations.Write(time => _database.OfflinePeriods.WriteAsync(
                some.Select(id => new DeleteOneModel<PeriodDocument>(OfEpoch(id, epoch))), time.Token));
        }

        return true;
    }

    /// <summary>Renews the lease where there is more than one portion to write: an agent with hundreds of thousands of
    /// periods would outlast it, the next owner would begin with the same, and so on for ever.</summary>
    private bool StillOwns(long epoch, int documents) =>
        documents <= Portion || _operations.Write(time => _lease.RenewAsync(epoch, time.Token));

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        session.Reads.Run(time => PeriodReads.FindStaleAsync(_database, companyId, hoursInForceFromMs, time));

    public IReadOnlyList<AgentChange> FindLateWrites(long epoch)
    {
        var (late, throughMs) = session.Steps.Run(time => PeriodReads.FindOfOlderEpochsAsync(
            _database, epoch, _lease.ForeignEpochs, _searchedThroughMs - ClockMarginMs, time));
        _searchedThroughMs = throughMs ?? _lease.Document!.RenewedAtMs;
        return [.. late.Where(one => session.Companies.Contains(one.Agent.CompanyId))];
    }

    private static UpdateOneModel<PeriodDocument> Put(OfflinePeriod period, long epoch)
    {
        var filter = OfEpoch(PeriodDocument.IdOf(period), epoch);
        filter.Add("company_id", period.Agent.CompanyId);
        return new(filter, new PeriodDocument(period, epoch).ToUpdate()) { IsUpsert = true };
    }

    /// <summary>The document, unless a newer epoch has written it.</summary>
    private static BsonDocument OfEpoch(string id, long epoch) =>
        new() { { "_id", id }, { "epoch", new BsonDocument("$not", new BsonDocument("$gt", epoch)) } };
}
