namespace AgentStatus.Storage.Sqlite;

/// <summary>The table status_events: appended to, never changed.</summary>
internal sealed class EventTable(SqliteConnection connection)
{
    private readonly SqliteCommand _insert = connection.Statement(
        """
        INSERT INTO status_events (company_id, agent_id, origin, occurred_at, event_id, status, recorded_at)
        VALUES ($company_id, $agent_id, $origin, $occurred_at, $event_id, $status, $recorded_at)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteCommand _findById = connection.Statement(
        """
        SELECT agent_id, status, origin, occurred_at FROM status_events
        WHERE company_id = $company_id AND event_id = $event_id
        """);

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
        """);

    public AppendResult Append(in EventToAppend toAppend)
    {
        var added = toAppend.Event;
        var isNew = 1 == _insert.Execute(
            added.Agent.CompanyId, added.Agent.AgentId, (long)added.Origin, added.OccurredAtMs, added.EventId,
            (long)added.Status, toAppend.RecordedAtMs);
        return isNew ? new(AppendOutcome.Stored, added) : toAppend.CompareWith(GetById(added));
    }

    public IReadOnlyList<StatusEvent> Read(AgentKey agent, long fromMs, long toMs)
    {
        var events = new List<StatusEvent>();
        using var row = _read.Bind(agent.CompanyId, agent.AgentId, fromMs, toMs).ExecuteReader();
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

    /// <summary>The event that has this one's id.</summary>
    private StatusEvent GetById(StatusEvent same) =>
        _findById.Bind(same.Agent.CompanyId, same.EventId).ReadRows(row => new StatusEvent(
            same.Agent with { AgentId = row.GetInt64(0) }, (Status)row.GetInt64(1), (Origin)row.GetInt64(2),
            row.GetInt64(3), same.EventId))[0];
}
