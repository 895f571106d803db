namespace AgentStatus.Storage.Sqlite;

/// <summary>The table status_events: appended to, never changed.</summary>
internal sealed class EventTable
{
    private const string Columns =
        "agent_id, status, origin, occurred_at, event_id, sequence, call_id, device_id, label, actor";

    /// <summary>The last comes first; the primary key has this order but for sequence, which few events have.</summary>
    private const string LatestFirst = "ORDER BY occurred_at DESC, sequence DESC, event_id DESC";

    private static readonly Origin[] Origins = Enum.GetValues<Origin>()[1..];

    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _findById;
    private readonly SqliteCommand _readRange;
    private readonly SqliteCommand _readLeft;
    private readonly Dictionary<Origin, SqliteCommand> _readBack;
    private readonly Dictionary<Origin, SqliteCommand> _readOn;

    public EventTable(SqliteConnection connection)
    {
        _insert = connection.Statement(
            """
            INSERT INTO status_events (company_id, agent_id, origin, occurred_at, event_id, status, recorded_at,
                sequence, call_id, device_id, label, actor)
            VALUES ($company_id, $agent_id, $origin, $occurred_at, $event_id, $status, $recorded_at,
                $sequence, $call_id, $device_id, $label, $actor)
            ON CONFLICT DO NOTHING
            """);
        _findById = connection.Statement(
            $"SELECT {Columns} FROM status_events WHERE company_id = $company_id AND event_id = $event_id");

        // CROSS JOIN keeps the order of the loops: one seek for each origin.
        _readRange = connection.Statement(
            $"""
            WITH origins (one) AS (VALUES (1), (2), (3), (4), (5))
            SELECT {Columns} FROM origins CROSS JOIN status_events
            WHERE company_id = $company_id AND agent_id = $agent_id AND origin = one
                AND occurred_at >= $from AND occurred_at < $to
            """);
        _readLeft = connection.Statement(
            $"""
            SELECT {Columns} FROM status_events
            WHERE status = 8 AND company_id = $company_id AND agent_id = $agent_id AND occurred_at < $before
            {LatestFirst}
            """);
        _readBack = Origins.ToDictionary(origin => origin, origin => connection.Statement(
            $"""
            SELECT {Columns} FROM status_events
            WHERE company_id = $company_id AND agent_id = $agent_id AND origin = {(int)origin}
                AND occurred_at < $before
            {LatestFirst}
            """));
        _readOn = Origins.ToDictionary(origin => origin, origin => connection.Statement(
            $"""
            SELECT {Columns}, recorded_at FROM status_events
            WHERE company_id = $company_id AND agent_id = $agent_id AND origin = {(int)origin}
                AND occurred_at >= $at AND occurred_at < $to
                AND (occurred_at, sequence, event_id) > ($at, $sequence, $event_id)
            ORDER BY occurred_at, sequence, event_id LIMIT $most
            """));
    }

    public AppendResult Append(in EventToAppend toAppend)
    {
        var added = toAppend.Event;
        var isNew = 1 == _insert.Execute(
            added.Agent.CompanyId, added.Agent.AgentId, (long)added.Origin, added.OccurredAtMs, added.EventId,
            (long)added.Status, toAppend.RecordedAtMs, added.Sequence, added.CallId == 0 ? null : added.CallId,
            OrNull(added.DeviceId), OrNull(added.Label), OrNull(added.Actor));
        return isNew
            ? new(AppendOutcome.Stored, added)
            : toAppend.CompareWith(FindById(added.Agent.CompanyId, added.EventId)!);
    }

    /// <summary>See <see cref="IEventReader.ReadEvents"/>.</summary>
    /// <param name="retracted">Events that are left out.</param>
    public IReadOnlyList<StatusEvent> Read(AgentKey agent, long fromMs, long toMs, Retractions retracted)
    {
        var events = ReadPreceding(agent, fromMs, retracted);
        if (toMs <= fromMs) return events;
        var first = events.Count;
        var range = Rows(agent.CompanyId, _readRange.Bind(agent.CompanyId, agent.AgentId, fromMs, toMs));
        events.AddRange(Counting(agent, range, retracted));
        events.Sort(first, events.Count - first, Comparer<StatusEvent>.Create(StatusEvent.Compare));
        return events;
    }

    /// <summary>See <see cref="PrecedingEvents"/>.</summary>
    public List<StatusEvent> ReadPreceding(AgentKey agent, long beforeMs, Retractions retracted)
    {
        var lefts = Rows(agent.CompanyId, _readLeft.Bind(agent.CompanyId, agent.AgentId, beforeMs));
        var left = Counting(agent, lefts, retracted).FirstOrDefault();
        var last = Origins.Select(origin => Back(origin, agent, beforeMs, retracted).FirstOrDefault());
        var preceding = new PrecedingEvents(last.OfType<StatusEvent>(), left);
        if (preceding.Walk.Count > 0)
            foreach (var e in LatestFirstOf(preceding.Walk, agent, beforeMs, retracted))
                if (!preceding.TryAdd(e)) break;
        return preceding.InOrder();
    }

    /// <summary>See <see cref="IEventReader.ReadHistory"/>; without retractions.</summary>
    public List<StoredEvent> ReadHistory(AgentKey agent, EventPosition after, long toMs, int most)
    {
        var found = new List<StoredEvent>();
        foreach (var command in _readOn.Values)
        {
            using var row = command.Bind(
                agent.CompanyId, agent.AgentId, after.OccurredAtMs, toMs, after.Sequence, after.EventId, most)
                .ExecuteReader();
            while (row.Read()) found.Add(new(row.GetEvent(agent.CompanyId, 0), row.GetInt64(10), null));
        }

        found.Sort((left, right) => StatusEvent.Compare(left.Event, right.Event));
        return found.Count > most ? found[..most] : found;
    }

    /// <summary>The event with this id; null: there is none.</summary>
    public StatusEvent? FindById(long companyId, string eventId) =>
        Rows(companyId, _findById.Bind(companyId, eventId)).FirstOrDefault();

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    /// <summary>The events of some origins as one list, the last one first, read as far as they are taken.</summary>
    private IEnumerable<StatusEvent> LatestFirstOf(
        IReadOnlyList<Origin> origins, AgentKey agent, long beforeMs, Retractions retracted)
    {
        var heads = origins.Select(origin => Back(origin, agent, beforeMs, retracted).GetEnumerator()).ToList();
        try
        {
            heads.RemoveAll(head => !head.MoveNext());
            while (heads.Count > 0)
            {
                var latest = heads[0];
                foreach (var head in heads)
                    if (StatusEvent.Compare(head.Current, latest.Current) > 0) latest = head;
                yield return latest.Current;
                if (!latest.MoveNext()) heads.Remove(latest);
            }
        }
        finally
        {
            foreach (var head in heads) head.Dispose();
        }
    }

    private IEnumerable<StatusEvent> Back(Origin origin, AgentKey agent, long beforeMs, Retractions retracted) =>
        Counting(
            agent,
            Rows(agent.CompanyId, _readBack[origin].Bind(agent.CompanyId, agent.AgentId, beforeMs)),
            retracted);

    private static IEnumerable<StatusEvent> Counting(
        AgentKey agent, IEnumerable<StatusEvent> events, Retractions retracted) =>
        retracted.AreNoneOf(agent.CompanyId) ? events : events.Where(e => !retracted.Contains(e));

    /// <summary>Lazily: the statement is free again when the reading ends.</summary>
    private static IEnumerable<StatusEvent> Rows(long companyId, SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        while (row.Read())
            yield return row.GetEvent(companyId, 0);
    }
}
