using System.Collections.Concurrent;
using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Erases from a file, on the connection that appends events: a row and the hash of its id change in one
/// transaction, so that each id is either stored or known to be erased. Both connections that write overwrite what they
/// delete (secure_delete), and at the end the log, which has what the pages held before, is emptied: also where nothing
/// was found, since the retention may have deleted it before.</summary>
internal sealed class SqliteErasure : IErasureStore
{
    private readonly SqliteSession _writer;
    private readonly Retractions _retractions;

    /// <summary>The companies of which anything was erased: nobody else's ids are looked for.</summary>
    private readonly ConcurrentDictionary<long, bool> _companies = new(IdComparer.Instance);

    private readonly Func<Erasure, int, Portion>[] _steps;

    /// <summary>Which of the steps is next; all of them can be done again.</summary>
    private Erasure _current;
    private int _next;
    private AuditPlace _entry;

    public SqliteErasure(SqliteSession writer, Retractions retractions)
    {
        (_writer, _retractions) = (writer, retractions);
        _steps =
        [
            EraseEvents, EraseSteps, ErasePeriods, EmptyPending, EraseRetractions, EraseHours, EmptyEntries,
        ];
        foreach (var companyId in writer.ErasedIds.ReadCompanies()) _companies[companyId] = true;
        foreach (var erasure in writer.Erasures.Read()) UnderWay.Add(erasure);
    }

    public ErasuresUnderWay UnderWay { get; } = new();

    public void Begin(Erasure erasure, long nowMs)
    {
        if (UnderWay.All.Contains(erasure)) return;
        _writer.Write(() =>
        {
            _writer.Erasures.Add(erasure, nowMs);
            return true;
        });
        _companies[erasure.CompanyId] = true;
        UnderWay.Add(erasure);
    }

    public ErasedCounts? EraseNext(Erasure erasure, int most, out string? waitsFor)
    {
        waitsFor = null;
        if (erasure != _current) (_current, _next, _entry) = (erasure, 0, new(long.MinValue, ""));
        if (_next < _steps.Length)
        {
            Write(most);
            return null;
        }

        if (_writer.TryEmptyLog()) return End();
        waitsFor = "another program that reads the database, whose log still has what was erased: end that program or "
            + "its transaction";
        return null;
    }

    /// <summary>Whether the event was erased: nothing of it is stored again. In a transaction.</summary>
    public bool HasErased(SqliteSession session, long companyId, string eventId) =>
        _companies.ContainsKey(companyId)
        && session.ErasedIds.Contains(companyId, ErasedIds.OfEvent(companyId, eventId));

    /// <summary>Whether a step of this ring was erased.</summary>
    public bool HasErased(in RingKey ring) => _companies.ContainsKey(ring.CompanyId)
        && _writer.ErasedIds.Contains(ring.CompanyId, ErasedIds.OfRing(ring));

    private ErasedCounts End()
    {
        var counts = _writer.Write(() =>
        {
            var erased = _writer.Erasures.CountsOf(_current);
            _writer.Erasures.Remove(_current);
            return erased;
        });
        UnderWay.Remove(_current);
        _current = default;
        return counts;
    }

    /// <summary>Does a portion of the next step that finds something: those that find nothing cost no commit of their
    /// own.</summary>
    private void Write(int most)
    {
        var portion = _writer.Write(() =>
        {
            var erased = _steps[_next](_current, most);
            while (erased.Rows == 0 && ++_next < _steps.Length) erased = _steps[_next](_current, most);
            if (erased.Counts != default) _writer.Erasures.Count(_current, erased.Counts);
            return erased;
        });
        foreach (var eventId in portion.EventIds) _retractions.Remove(_current.CompanyId, eventId);
        if (portion.Through is { } entry) _entry = entry;
    }

    private Portion EraseEvents(Erasure erasure, int most)
    {
        var eventIds = _writer.Erasable.DeleteEvents(erasure, most);
        var retracted = eventIds.Sum(eventId => EraseId(erasure.CompanyId, eventId));
        return new(eventIds.Count, new(eventIds.Count, retracted, 0, 0, 0)) { EventIds = eventIds };
    }

    private Portion EraseSteps(Erasure erasure, int most)
    {
        var rings = _writer.Erasable.DeleteSteps(erasure, most);
        foreach (var ring in rings) _writer.ErasedIds.Add(ring.CompanyId, ErasedIds.OfRing(ring));
        return new(rings.Count, new(0, 0, rings.Count, 0, 0));
    }

    private Portion ErasePeriods(Erasure erasure, int most)
    {
        var periods = _writer.Erasable.DeletePeriods(erasure, most);
        return new(periods, new(0, 0, 0, periods, 0));
    }

    private Portion EmptyPending(Erasure erasure, int most) =>
        new(_writer.Erasable.EmptyPending(erasure, most), default);

    /// <summary>Those that came before their events, which nobody can tell the agent of.</summary>
    private Portion EraseRetractions(Erasure erasure, int most)
    {
        if (erasure.AgentId != 0) return default;
        var eventIds = _writer.Erasable.ReadRetractions(erasure.CompanyId, most);
        var retracted = eventIds.Sum(eventId => EraseId(erasure.CompanyId, eventId));
        return new(retracted, new(0, retracted, 0, 0, 0)) { EventIds = eventIds };
    }

    private Portion EraseHours(Erasure erasure, int most)
    {
        var versions = erasure.AgentId == 0 ? _writer.Erasable.DeleteHours(erasure.CompanyId) : 0;
        return new(versions, new(0, 0, 0, 0, versions));
    }

    /// <summary>The audit log keeps who did what and when, without the erased events' ids. Comes last: by now all of
    /// these are known to be erased.</summary>
    private Portion EmptyEntries(Erasure erasure, int most)
    {
        var entries = _writer.Erasable.ReadEntries(erasure.CompanyId, _entry, most);
        foreach (var (place, eventId) in entries)
        {
            if (eventId.Length > 0 && (erasure.AgentId == 0 || HasErased(_writer, erasure.CompanyId, eventId)))
                _writer.Erasable.EmptyEntry(place);
        }

        return new(entries.Count, default) { Through = entries.Count > 0 ? entries[^1].Place : null };
    }

    /// <summary>Notes that an event's id was erased, and deletes its retraction: 1 if there was one.</summary>
    private int EraseId(long companyId, string eventId)
    {
        _writer.ErasedIds.Add(companyId, ErasedIds.OfEvent(companyId, eventId));
        return _writer.Erasable.DeleteRetraction(companyId, eventId);
    }

    /// <summary>What a step did.</summary>
    /// <param name="Rows">0: nothing is left for it.</param>
    private readonly record struct Portion(int Rows, ErasedCounts Counts)
    {
        private readonly List<string>? _eventIds;

        public List<string> EventIds
        {
            get => _eventIds ?? [];
            init => _eventIds = value;
        }

        /// <summary>The last entry of the audit log that was looked at.</summary>
        public AuditPlace? Through { get; init; }
    }
}
