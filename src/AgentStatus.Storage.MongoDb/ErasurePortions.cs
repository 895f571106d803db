using AgentStatus.Storage.MongoDb.Replication;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Erases from the collections, in portions. It begins when all servers that are watched have acknowledged,
/// and goes through everything until all that are watched at the end had acknowledged before it began: whatever they
/// stored before is found. The writer's thread only.</summary>
/// <remarks>A server that is paused in the midst of a portion may wake when another one has ended the erasure, and the
/// agent has a new life: between finding documents and deleting them it asks whether the erasure is still under
/// way.</remarks>
internal sealed class ErasurePortions
{
    private readonly MongoSession _session;
    private readonly StatusDatabase _database;
    private readonly ErasedIdDocuments _erasedIds;
    private readonly Retractions _retractions;
    private readonly ErasableDocuments _documents;
    private readonly Func<int, bool>[] _steps;

    /// <summary>Which of the steps is next; all of them can be done again. At the start of a pass: 0.</summary>
    private int _next;
    private Erasure _current;
    private long _begunAtMs;
    private IReadOnlySet<string> _acknowledgedBy = new HashSet<string>();
    private string _lastEntry = "";
    private ErasedCounts _uncounted;

    public ErasurePortions(MongoSession session, ErasedIdDocuments erasedIds, Retractions retractions)
    {
        (_session, _database, _erasedIds, _retractions) = (session, session.Database, erasedIds, retractions);
        _documents = new(session);
        _steps =
        [
            EraseEvents, EraseSteps, ErasePeriods, EraseRetractions, EraseHours, EraseRejectedEvents,
            EraseRejectedSteps, EmptyEntries,
        ];
    }

    /// <summary>Erases a portion; true when nothing is left, and the erasure has ended.</summary>
    /// <param name="waitsFor">See <see cref="IErasureStore.EraseNext"/>.</param>
    public bool TryEnd(Erasure erasure, int most, out string? waitsFor)
    {
        waitsFor = null;
        if (erasure != _current) (_current, _next, _uncounted) = (erasure, 0, default);
        if (_next == 0)
        {
            waitsFor = BeginPass();
            if (waitsFor is null) _next = 1;
            return false;
        }

        if (_next <= _steps.Length)
        {
            if (!_steps[_next - 1](most)) _next++;
            return false;
        }

        _next = 0;
        return FindMissing(_acknowledgedBy) is null && _session.Writes.Write(time => _database.Erasures.UpdateAsync(
            ErasureDocument.End(_current, _begunAtMs), time.Token));
    }

    /// <summary>Notes that these events were erased, and deletes their retractions; says how many there were.</summary>
    public long EraseIds(long companyId, IReadOnlyList<string> ids)
    {
        var eventIds = ids.Select(id => id[(id.IndexOf('/') + 1)..]).ToList();
        _erasedIds.Add(companyId, eventIds.Select(id => ErasedIdDocuments.OfEvent(companyId, id)));
        var retracted = _documents.Delete(_database.Retractions, companyId, ids);
        foreach (var eventId in eventIds) _retractions.Remove(companyId, eventId);
        return retracted;
    }

    /// <summary>Begins to go through everything; else says for what it waits.</summary>
    private string? BeginPass()
    {
        var document = _session.Steps.Run(async time => await _database.Erasures.ReadAsync(
            ErasureDocument.ById(_current), time, new FindOptions<ErasureDocument>()).FirstOrDefaultAsync());
        if (document is not { EndedAtMs: null }) return "this server, which has yet to be told of the end";
        (_begunAtMs, _acknowledgedBy, _lastEntry) = (document.BegunAtMs, document.AcknowledgedBy, "");
        return FindMissing(_acknowledgedBy);
    }

    /// <summary>A server that is watched and not among these; null: there is none. One that begins to be watched later
    /// finds the erasure before it reads or stores anything.</summary>
    private string? FindMissing(IReadOnlySet<string> acknowledgedBy)
    {
        var nowMs = _session.Steps.Run(time => Primary.AskAsync(_database, time.Token)).ClockMs;
        var sinceMs = nowMs - (long)_session.Limits.WatchFor.TotalMilliseconds;
        var watched = _session.Steps.Run(time => _session.Membership.ReadOthersAsync(sinceMs, time.Token));
        var missing = watched.Find(server => !server.IsStopped && server.Companies.Contains(_current.CompanyId)
            && !acknowledgedBy.Contains(server.Id));
        return missing is null
            ? null
            : $"the server {missing.Id} to forget, too; it was seen last at "
                + $"{DateTimeOffset.FromUnixTimeMilliseconds(missing.SeenAtMs):O}";
    }

    private bool EraseEvents(int most)
    {
        var ids = _documents.FindIds(_database.Events, _current, most);
        if (!MayDelete(ids.Count)) return false;
        var retracted = EraseIds(_current.CompanyId, ids);
        Count(new(_documents.Delete(_database.Events, _current.CompanyId, ids), retracted, 0, 0, 0));
        return true;
    }

    private bool EraseSteps(int most)
    {
        var rings = _documents.FindRings(_current, most);
        if (!MayDelete(rings.Count)) return false;
        _erasedIds.Add(_current.CompanyId, rings.Select(ring => ErasedIdDocuments.OfRing(ring)));
        var ids = rings.ConvertAll(ring => CallStepDocument.IdOf(ring));
        Count(new(0, 0, _documents.Delete(_database.CallSteps, _current.CompanyId, ids), 0, 0));
        return true;
    }

    private bool ErasePeriods(int most) => Erase(
        _database.OfflinePeriods, _documents.FindIds(_database.OfflinePeriods, _current, most),
        count => new(0, 0, 0, count, 0));

    /// <summary>Those that came before their events, which nobody can tell the agent of.</summary>
    private bool EraseRetractions(int most)
    {
        if (_current.AgentId != 0) return false;
        var ids = _documents.FindIds(_database.Retractions, _current.CompanyId, most);
        if (!MayDelete(ids.Count)) return false;
        Count(new(0, EraseIds(_current.CompanyId, ids), 0, 0, 0));
        return true;
    }

    private bool EraseHours(int most) => _current.AgentId == 0 && Erase(
        _database.Hours, _documents.FindIds(_database.Hours, _current.CompanyId, most),
        count => new(0, 0, 0, 0, count));

    /// <summary>Their ids are those of other events, which stand.</summary>
    private bool EraseRejectedEvents(int most) => Erase(
        _database.Rejected, _documents.FindIds(_database.Rejected, _current, most), count => new(count, 0, 0, 0, 0));

    private bool EraseRejectedSteps(int most) => Erase(
        _database.RejectedSteps, _documents.FindIds(_database.RejectedSteps, _current, most),
        count => new(0, 0, count, 0, 0));

    /// <summary>The audit log keeps who did what and when, without the erased events' ids. Comes last: by now all of
    /// these are known to be erased.</summary>
    private bool EmptyEntries(int most)
    {
        var (companyId, agentId) = _current;
        var entries = _documents.FindEntries(companyId, _lastEntry, most);
        if (!MayDelete(entries.Count)) return false;
        var erased = _erasedIds.Find(entries.Select(entry => ErasedIdDocuments.OfEvent(companyId, entry.EventId)));
        _documents.EmptyEntries(companyId, [.. entries
            .Where(entry => agentId == 0 || erased.Contains(ErasedIdDocuments.OfEvent(companyId, entry.EventId)))
            .Select(entry => entry.Id)]);
        _lastEntry = entries[^1].Id;
        return true;
    }

    private bool Erase<T>(IMongoCollection<T> collection, List<string> ids, Func<long, ErasedCounts> countsOf)
    {
        if (!MayDelete(ids.Count)) return false;
        Count(countsOf(_documents.Delete(collection, _current.CompanyId, ids)));
        return true;
    }

    /// <summary>Whether there is anything to delete, and what was found still may be.</summary>
    private bool MayDelete(int found) => found > 0 && Count(default);

    /// <summary>Adds to what was erased; false where the erasure is under way no more. A crash in between leaves a
    /// portion uncounted.</summary>
    private bool Count(ErasedCounts erased)
    {
        _uncounted += erased;
        var isUnderWay = _session.Writes.Write(time => _database.Erasures.UpdateAsync(
            ErasureDocument.Count(_current, _begunAtMs, _uncounted), time.Token));
        _uncounted = default;
        return isUnderWay;
    }
}
