namespace AgentStatus.Storage.Sqlite;

/// <summary>The table status_events: appended to, never changed.</summary>
internal sealed class EventTable(SqliteConnection connection)
{
    private readonly SqliteCommand _insert = connection.Statement(
        """
        INSERT INTO status_events (company_id, agent_id, origin, occurred_at, event_id, status, recorded_at)
        VALUES ($company_id, $agent_id, $origin, $occurred_at, $event_id, $status, $recorded_at)
        ON CONFLICT DO NOTHING
        """,
        "$company_id", "$agent_id", "$origin", "$occurred_at", "$event_id", "$status", "$recorded_at");

    private readonly SqliteCommand _findById = connection.Statement(
        """
        SELECT agent_id, status, origin, occurred_at FROM status_events
        WHERE company_id = $company_id AND event_id = $event_id
        """,
        "$company_id", "$event_id");

    // CROSS JOIN keeps the order of the loops: for each origin, seek its last event before $from and go on.
    private readonly SqliteCommand _read = connection.Statement(
        """
        WITH origins (origin) AS (VALUES (1), (2), (3), (4))
        SELECT event.status, event.origin, event.occurred_at, event.event_id
        FROM origins CROSS JOIN status_events AS event
        WHERE event.company_id = $company_id AND event.agent_id = $agent_id AND event.origin = origins.origin
            AND event.occurred_at < max($from, $to)
            AND event.occurred_at >= coalesce(
                (SELECT max(occurred_at) FROM status_events
                WHERE company_id = $company_id AND agent_id = $agent_id AND origin = origins.origin
                    AND occurred_at < $from),
                $from)
        ORDER BY event.origin, event.occurred_at, event.event_id
        """,
        "$company_id", "$agent_id", "$from", "$to");

    public AppendResult Append(in EventToAppend toAppend)
    {
        var added = toAppend.Event;
        _insert.Bind(0, added.Agent.CompanyId);
        _insert.Bind(1, added.Agent.AgentId);
        _insert.Bind(2, (long)added.Origin);
        _insert.Bind(3, added.OccurredAtMs);
        _insert.Bind(4, added.EventId);
        _insert.Bind(5, (long)added.Status);
        _insert.Bind(6, toAppend.RecordedAtMs);
        return _insert.ExecuteNonQuery() == 1
            ? new(AppendOutcome.Stored, added)
            : toAppend.CompareWith(GetById(added.Agent.CompanyId, added.EventId));
    }

    public IReadOnlyList<StatusEvent> Read(AgentKey agent, long fromMs, long toMs)
    {
        _read.Bind(0, agent.CompanyId);
        _read.Bind(1, agent.AgentId);
        _read.Bind(2, fromMs);
        _read.Bind(3, toMs);
        var events = new List<StatusEvent>();
        using var row = _read.ExecuteReader();
        while (row.Read())
        {
            var read = new StatusEvent(
                agent, (Status)row.GetInt64(0), (Origin)row.GetInt64(1), row.GetInt64(2), row.GetString(3));
            // Several of an origin can share the last instant before the range: the last one of them counts.
            if (read.OccurredAtMs < fromMs && events.Count > 0 && events[^1].Origin == read.Origin)
                events[^1] = read;
            else
                events.Add(read);
        }

        events.Sort(StatusEvent.Compare);
        return events;
    }

    private StatusEvent GetById(long companyId, string eventId)
    {
        _findById.Bind(0, companyId);
        _findById.Bind(1, eventId);
        using var row = _findById.ExecuteReader();
        row.Read();
        var agent = new AgentKey(companyId, row.GetInt64(0));
        return new(agent, (Status)row.GetInt64(1), (Origin)row.GetInt64(2), row.GetInt64(3), eventId);
    }
}
