using System.Collections.Concurrent;
using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Erases from a database that several servers use. An erasure is a document that all of them find as they
/// follow each other; <see cref="ErasurePortions"/> waits until they have.</summary>
internal sealed class MongoErasure : IErasureStore
{
    /// <summary>How far a new primary's clock may be behind the old one's.</summary>
    private const long ClockMarginMs = 60_000;

    private static readonly FindOptions<ErasureDocument> Whole = new();
    private static readonly HashSet<string> None = [];

    private readonly MongoSession _session;
    private readonly Retractions _retractions;
    private readonly ErasedIdDocuments _erasedIds;
    private readonly ErasurePortions _portions;

    /// <summary>The companies of which anything was erased: nobody else's ids are looked for.</summary>
    private readonly ConcurrentDictionary<long, bool> _companies = new(IdComparer.Instance);

    /// <summary>Those for which this server acknowledges: itself, and those that had its directory before.</summary>
    private readonly List<string> _serverIds;

    /// <summary>When those began that are under way.</summary>
    private readonly ConcurrentDictionary<Erasure, long> _begunAtMs = [];

    /// <summary>Those that have ended, until the writer takes note.</summary>
    private readonly ConcurrentDictionary<Erasure, ErasedCounts> _ends = [];

    /// <summary>Those whose end was found while what was read before it is not in memory yet.</summary>
    private readonly ConcurrentDictionary<Erasure, ErasedCounts> _endsFound = [];

    /// <summary>Those that ended lately, and were found before. The follower's thread, as what follows.</summary>
    private HashSet<(string Id, long? EndedAtMs)> _foundEnded = [];
    private readonly List<EndedErasure> _missed = [];
    private volatile bool _isFollowed;

    /// <exception cref="StoreException">The database does not answer.</exception>
    public MongoErasure(MongoSession session, Retractions retractions)
    {
        (_session, _retractions, _erasedIds) = (session, retractions, new(session));
        _portions = new(session, _erasedIds, retractions);
        _serverIds = [session.Membership.ServerId];
        foreach (var document in Read([])) Note(document);
    }

    public ErasuresUnderWay UnderWay { get; } = new();

    public void Begin(Erasure erasure, long nowMs)
    {
        _session.Writes.Write(time => _session.Database.Erasures.WriteAsync(
            [ErasureDocument.Begin(erasure, nowMs)], time.Token));
        foreach (var document in Read(ErasureDocument.ById(erasure))) Note(document);
    }

    public void Acknowledge(Erasure erasure)
    {
        if (!_begunAtMs.TryGetValue(erasure, out var begunAtMs)) return;
        _session.Writes.Write(time => _session.Database.Erasures.UpdateAsync(
            ErasureDocument.Acknowledge(erasure, begunAtMs, _serverIds), time.Token));
    }

    public void AnswerFor(IEnumerable<string> serverIds) => _serverIds.AddRange(serverIds);

    public ErasedCounts? EraseNext(Erasure erasure, int most, out string? waitsFor)
    {
        waitsFor = null;
        if (TakeEnd(erasure) is { } counts) return counts;
        if (!_portions.TryEnd(erasure, most, out waitsFor)) return null;
        if (_isFollowed)
        {
            // What the follower has read before may hold what was erased: it ends here when the next reading is there.
            waitsFor = "this server, which has yet to be told of the end";
            return null;
        }

        if (Read(ErasureDocument.ById(erasure)) is [{ EndedAtMs: not null } document]) _ends[erasure] = document.Counts;
        return TakeEnd(erasure);
    }

    public ErasedCounts? TakeEnd(Erasure erasure)
    {
        if (!_ends.TryRemove(erasure, out var counts)) return null;
        _begunAtMs.TryRemove(erasure, out _);
        UnderWay.Remove(erasure);
        return counts;
    }

    public IReadOnlyList<EventToAppend> WithoutErased(IReadOnlyList<EventToAppend> spooled)
    {
        var left = WithoutErased(spooled, one => (one.Event.Agent, one.RecordedAtMs), out var erased);
        foreach (var company in erased.GroupBy(one => one.Event.Agent.CompanyId))
            _portions.EraseIds(company.Key, [.. company.Select(one => EventDocument.IdOf(one.Event))]);
        return left;
    }

    public IReadOnlyList<CallStep> WithoutErased(IReadOnlyList<CallStep> spooled)
    {
        var left = WithoutErased(
            spooled, one => (new(one.Ring.CompanyId, one.Ring.AgentId), one.RecordedAtMs), out var erased);
        foreach (var company in erased.GroupBy(one => one.Ring.CompanyId))
            _erasedIds.Add(company.Key, company.Select(one => ErasedIdDocuments.OfRing(one.Ring)));
        return left;
    }

    public IReadOnlyList<Retraction> WithoutErased(IReadOnlyList<Retraction> spooled)
    {
        var left = WithoutErased(spooled, one => (new(one.CompanyId, 0), one.RecordedAtMs), out var erased);
        foreach (var company in erased.GroupBy(one => one.CompanyId))
            _portions.EraseIds(company.Key, [.. company.Select(one => RetractionDocument.IdOf(one))]);
        return left;
    }

    /// <summary>Which of these were erased, by the ids of <see cref="ErasedIdDocuments"/>. Any thread.</summary>
    public HashSet<string> FindErased<T>(
        IReadOnlyCollection<T> some, Func<T, long> companyOf, Func<T, string> idOf)
    {
        if (_companies.IsEmpty) return None;
        var looked = some.Where(one => _companies.ContainsKey(companyOf(one))).Select(idOf).ToList();
        return looked.Count == 0 ? None : _erasedIds.Find(looked);
    }

    /// <summary>Whether anything of the company was erased, or is being erased.</summary>
    public bool Concerns(long companyId) => _companies.ContainsKey(companyId);

    /// <summary>Finds what other servers have begun and ended. Read before what they stored: who finds an end reads
    /// nothing after it that was erased. The follower's thread, and at first before memory is read.</summary>
    /// <param name="sinceMs">When it was read last, by the database's clock.</param>
    /// <param name="isAllShown">Whether all that was read is in memory. Else an end waits: what was read before it may
    /// hold what was erased, and stays hidden as long as the erasure is under way.</param>
    /// <param name="isFirst">Whether nothing is in memory yet.</param>
    /// <exception cref="StoreException">It is found again.</exception>
    public void Follow(long sinceMs, bool isAllShown, bool isFirst = false)
    {
        _isFollowed = true;
        var found = Read(ErasureDocument.UnderWayOrEndedSince(sinceMs - ClockMarginMs));
        var ended = found.FindAll(document => document.EndedAtMs is not null);
        var isNew = ended.FindAll(document => !_foundEnded.Contains((document.Id, document.EndedAtMs)));
        foreach (var companyId in isNew.Select(document => document.Of.CompanyId).Distinct())
            ForgetRetractions(companyId);
        foreach (var document in found) Note(document);
        foreach (var document in isNew)
        {
            if (UnderWay.All.FirstOrDefault(one => ErasureDocument.IdOf(one) == document.Id) is { CompanyId: > 0 } one)
                _endsFound[one] = document.Counts;
            else if (!isFirst)
                _missed.Add(document.Ended);
        }

        _foundEnded = [.. ended.Select(document => (document.Id, document.EndedAtMs))];
        if (!isAllShown) return;
        foreach (var (one, counts) in _endsFound) _ends[one] = counts;
        _endsFound.Clear();
    }

    /// <summary>Those that began and ended without this server, once.</summary>
    public IReadOnlyList<EndedErasure> TakeMissed()
    {
        if (_missed.Count == 0) return [];
        EndedErasure[] missed = [.. _missed];
        _missed.Clear();
        return missed;
    }

    private void Note(ErasureDocument document)
    {
        _companies[document.Of.CompanyId] = true;
        if (document.EndedAtMs is not null) return;
        _begunAtMs[document.Of] = document.BegunAtMs;
        _endsFound.TryRemove(document.Of, out _);
        UnderWay.Add(document.Of);
    }

    /// <summary>What another server has erased is not known here as retracted any more.</summary>
    private void ForgetRetractions(long companyId)
    {
        var eventIds = _retractions.Of(companyId);
        var erased = _erasedIds.Find(eventIds.Select(id => ErasedIdDocuments.OfEvent(companyId, id)));
        foreach (var eventId in eventIds)
            if (erased.Contains(ErasedIdDocuments.OfEvent(companyId, eventId))) _retractions.Remove(companyId, eventId);
    }

    /// <summary>Those of which no erasure ended after they were recorded.</summary>
    /// <param name="of">Agent 0: none is named.</param>
    private List<T> WithoutErased<T>(
        IReadOnlyList<T> spooled, Func<T, (AgentKey Agent, long RecordedAtMs)> of, out List<T> erased)
    {
        // From then on every erasure waits for this server, so that it finds those it has not heard of.
        _session.Writes.Write(time => _session.Membership.EnsureWatchedAsync(time.Token));
        var ids = spooled.SelectMany(one => IdsOf(of(one).Agent)).Distinct().ToList();
        var filter = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)));
        var found = _session.Writes.RunOfWrite(async time =>
            await _session.Database.Erasures.ReadAsync(filter, time, Whole).ToListAsync());
        foreach (var document in found) _companies[document.Of.CompanyId] = true;
        var endedAtMs = found.ToDictionary(document => document.Id, document => document.EndedAtMs);
        erased = [.. spooled.Where(IsErased)];
        return [.. spooled.Where(one => !IsErased(one))];

        bool IsErased(T one) =>
            IdsOf(of(one).Agent).Any(id => of(one).RecordedAtMs <= endedAtMs.GetValueOrDefault(id));
    }

    private static string[] IdsOf(AgentKey agent) =>
    [
        ErasureDocument.IdOf(new(agent.CompanyId, agent.AgentId)), ErasureDocument.IdOf(new(agent.CompanyId, 0)),
    ];

    /// <summary>Those of this server's companies.</summary>
    private List<ErasureDocument> Read(BsonDocument filter) => _session.Steps.Run(async time =>
        await _session.Database.Erasures.ReadAsync(filter, time, Whole)
            .Where(document => _session.Companies.Contains(document.Of.CompanyId)).ToListAsync());
}
