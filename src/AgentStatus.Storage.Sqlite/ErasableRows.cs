using AgentStatus.Core.Rings;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Statements that take rows of an agent, or of all of a company's, out of the tables: so many at a time, and
/// each says which it took or how many.</summary>
internal sealed class ErasableRows(SqliteConnection connection)
{
    private const string Those = "company_id = $company_id AND agent_id BETWEEN $first AND $last";

    private readonly SqliteCommand _events = connection.Statement(
        $"SELECT agent_id, origin, occurred_at, event_id FROM status_events WHERE {Those} LIMIT $most");

    private readonly SqliteCommand _deleteEvent = connection.Statement(
        """
        DELETE FROM status_events WHERE company_id = $company_id AND agent_id = $agent_id AND origin = $origin
            AND occurred_at = $occurred_at AND event_id = $event_id
        """);

    private readonly SqliteCommand _deleteRetraction = connection.Statement(
        "DELETE FROM retractions WHERE company_id = $company_id AND event_id = $event_id");

    private readonly SqliteCommand _retractions = connection.Statement(
        "SELECT event_id FROM retractions WHERE company_id = $company_id LIMIT $most");

    private readonly SqliteCommand _steps = connection.Statement(
        $"SELECT {CallStepTable.Key} FROM call_steps INDEXED BY call_steps_by_agent WHERE {Those} LIMIT $most");

    private readonly SqliteCommand _deleteStep = connection.Statement(
        """
        DELETE FROM call_steps WHERE company_id = $company_id AND call_id = $call_id AND ring_at = $ring_at
            AND agent_id = $agent_id AND ring_group_id = $ring_group_id
        """);

    private readonly SqliteCommand _deletePeriods = connection.Statement(
        $"""
        DELETE FROM offline_periods WHERE (company_id, agent_id, started_at) IN
            (SELECT company_id, agent_id, started_at FROM offline_periods WHERE {Those} LIMIT $most)
        """);

    /// <summary>The rows stay: their numbers say how many events there were.</summary>
    private readonly SqliteCommand _emptyPending = connection.Statement(
        $"""
        UPDATE pending_offline_periods SET company_id = 0, agent_id = 0, changed_from = 0 WHERE number IN
            (SELECT number FROM pending_offline_periods WHERE {Those} LIMIT $most)
        """);

    /// <summary>One at a time: a version can have 16 MB.</summary>
    private readonly SqliteCommand _deleteHours = connection.Statement(
        """
        DELETE FROM business_hours WHERE company_id = $company_id AND number =
            (SELECT min(number) FROM business_hours WHERE company_id = $company_id)
        """);

    private readonly SqliteCommand _entries = connection.Statement(
        """
        SELECT recorded_at, entry_id, event_id FROM audit_log
        WHERE company_id = $company_id AND (recorded_at, entry_id) > ($recorded_at, $entry_id)
        ORDER BY recorded_at, entry_id LIMIT $most
        """);

    private readonly SqliteCommand _emptyEntry = connection.Statement(
        "UPDATE audit_log SET event_id = '' WHERE recorded_at = $recorded_at AND entry_id = $entry_id");

    /// <summary>Deletes events and gives their ids.</summary>
    public List<string> DeleteEvents(Erasure erasure, int most)
    {
        var keys = BindThose(_events, erasure, most).ReadRows(
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), EventId: row.GetString(3)));
        foreach (var (agentId, origin, occurredAtMs, eventId) in keys)
            _deleteEvent.Execute(erasure.CompanyId, agentId, origin, occurredAtMs, eventId);
        return keys.ConvertAll(key => key.EventId);
    }

    /// <summary>Deletes the retraction of an event; 1 if there was one, else 0.</summary>
    public int DeleteRetraction(long companyId, string eventId) => _deleteRetraction.Execute(companyId, eventId);

    /// <summary>The ids of events of the company that are retracted.</summary>
    public List<string> ReadRetractions(long companyId, int most) =>
        _retractions.Bind(companyId, most).ReadRows(row => row.GetString(0));

    /// <summary>Deletes call steps and gives their rings.</summary>
    public List<RingKey> DeleteSteps(Erasure erasure, int most)
    {
        var rings = BindThose(_steps, erasure, most).ReadRows(row => new RingKey(
            row.GetInt64(0), row.GetInt64(1), RingGroupId: row.GetInt64(4), AgentId: row.GetInt64(3),
            RingAtMs: row.GetInt64(2)));
        foreach (var ring in rings)
            _deleteStep.Execute(ring.CompanyId, ring.CallId, ring.RingAtMs, ring.AgentId, ring.RingGroupId);
        return rings;
    }

    public int DeletePeriods(Erasure erasure, int most) => BindThose(_deletePeriods, erasure, most).ExecuteNonQuery();

    public int EmptyPending(Erasure erasure, int most) => BindThose(_emptyPending, erasure, most).ExecuteNonQuery();

    public int DeleteHours(long companyId) => _deleteHours.Execute(companyId);

    /// <summary>Entries of the audit log behind a place.</summary>
    public List<(AuditPlace Place, string EventId)> ReadEntries(long companyId, AuditPlace after, int most) =>
        _entries.Bind(companyId, after.AtMs, after.Id, most).ReadRows(
            row => (new AuditPlace(row.GetInt64(0), row.GetString(1)), row.GetString(2)));

    /// <summary>Takes the event's id out of an entry.</summary>
    public void EmptyEntry(AuditPlace entry) => _emptyEntry.Execute(entry.AtMs, entry.Id);

    private static SqliteCommand BindThose(SqliteCommand command, Erasure erasure, int most) => erasure.AgentId == 0
        ? command.Bind(erasure.CompanyId, 1L, long.MaxValue, most)
        : command.Bind(erasure.CompanyId, erasure.AgentId, erasure.AgentId, most);
}

/// <summary>Where an entry of the audit log is.</summary>
internal readonly record struct AuditPlace(long AtMs, string Id);
