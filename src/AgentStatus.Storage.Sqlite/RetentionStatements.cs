namespace AgentStatus.Storage.Sqlite;

/// <summary>What finds and deletes rows from before a cut. Each finds its rows by an index, whatever the size of the
/// table.</summary>
internal sealed class RetentionStatements(SqliteConnection connection)
{
    /// <summary>All of them, for who looks at how they are carried out.</summary>
    public static readonly IReadOnlyList<string> Scripts =
    [
        NextAgentScript, OldEventsScript, NewEventScript, DeleteEventScript, DeleteRetractionScript,
        NextCompanyScript("call_steps"), NextCompanyScript("offline_periods"), NextCompanyScript("business_hours"),
        DeleteStepsScript, DeletePeriodsScript, DeleteHoursScript, RetractionsScript,
    ];

    private const string NextAgentScript =
        """
        SELECT company_id, agent_id FROM status_events WHERE (company_id, agent_id) > ($company_id, $agent_id)
        ORDER BY company_id, agent_id LIMIT 1
        """;

    private const string OldEventsScript =
        """
        SELECT occurred_at, event_id FROM status_events
        WHERE company_id = $company_id AND agent_id = $agent_id AND origin = $origin AND occurred_at < $before
        ORDER BY occurred_at, event_id LIMIT $most
        """;

    private const string NewEventScript =
        """
        WITH origins (one) AS (VALUES (1), (2), (3), (4), (5))
        SELECT EXISTS (SELECT 1 FROM origins CROSS JOIN status_events
            WHERE company_id = $company_id AND agent_id = $agent_id AND origin = one AND occurred_at >= $from)
        """;

    private const string DeleteEventScript =
        """
        DELETE FROM status_events
        WHERE company_id = $company_id AND agent_id = $agent_id AND origin = $origin AND occurred_at = $occurred_at
            AND event_id = $event_id
        """;

    private const string DeleteRetractionScript =
        "DELETE FROM retractions WHERE company_id = $company_id AND event_id = $event_id";

    private const string DeleteStepsScript =
        $"""
        DELETE FROM call_steps WHERE ({CallStepTable.Key}) IN
            (SELECT {CallStepTable.Key} FROM call_steps INDEXED BY call_steps_by_time
            WHERE company_id = $company_id AND ring_at < $before LIMIT $most)
        """;

    private const string DeletePeriodsScript =
        """
        DELETE FROM offline_periods WHERE (company_id, agent_id, started_at) IN
            (SELECT company_id, agent_id, started_at FROM offline_periods INDEXED BY offline_periods_by_end
            WHERE company_id = $company_id AND ended_at <= $through LIMIT $most)
        """;

    /// <summary>The oldest first: there is never a gap.</summary>
    private const string DeleteHoursScript =
        """
        DELETE FROM business_hours WHERE company_id = $company_id AND number IN
            (SELECT number FROM business_hours WHERE company_id = $company_id AND number <
                (SELECT max(number) FROM business_hours WHERE company_id = $company_id AND in_force_from <= $cut)
            ORDER BY number LIMIT $most)
        """;

    private const string RetractionsScript =
        """
        SELECT company_id, event_id, recorded_at FROM retractions
        WHERE (company_id, event_id) > ($company_id, $event_id)
        ORDER BY company_id, event_id LIMIT $most
        """;

    private readonly SqliteCommand _nextAgent = connection.Statement(NextAgentScript);
    private readonly SqliteCommand _oldEvents = connection.Statement(OldEventsScript);
    private readonly SqliteCommand _newEvent = connection.Statement(NewEventScript);
    private readonly SqliteCommand _deleteEvent = connection.Statement(DeleteEventScript);
    private readonly SqliteCommand _deleteRetraction = connection.Statement(DeleteRetractionScript);
    private readonly SqliteCommand _nextOfSteps = connection.Statement(NextCompanyScript("call_steps"));
    private readonly SqliteCommand _nextOfPeriods = connection.Statement(NextCompanyScript("offline_periods"));
    private readonly SqliteCommand _nextOfHours = connection.Statement(NextCompanyScript("business_hours"));
    private readonly SqliteCommand _deleteSteps = connection.Statement(DeleteStepsScript);
    private readonly SqliteCommand _deletePeriods = connection.Statement(DeletePeriodsScript);
    private readonly SqliteCommand _deleteHours = connection.Statement(DeleteHoursScript);
    private readonly SqliteCommand _retractions = connection.Statement(RetractionsScript);

    /// <summary>The first agent with an event behind this one; null: there is none.</summary>
    public AgentKey? NextAgent(AgentKey after) =>
        _nextAgent.Bind(after.CompanyId, after.AgentId).ReadRows(row => row.GetAgent(0)) is [var next] ? next : null;

    /// <summary>Places of the agent's events of an origin before an instant, the oldest first.</summary>
    public List<(long OccurredAtMs, string EventId)> OldEvents(
        AgentKey agent, Origin origin, long beforeMs, int most) =>
        _oldEvents.Bind(agent.CompanyId, agent.AgentId, (long)origin, beforeMs, most)
            .ReadRows(row => (row.GetInt64(0), row.GetString(1)));

    public bool HasEventFrom(AgentKey agent, long fromMs) =>
        _newEvent.Bind(agent.CompanyId, agent.AgentId, fromMs).QueryNumber() > 0;

    public int DeleteEvent(AgentKey agent, Origin origin, long occurredAtMs, string eventId) =>
        _deleteEvent.Execute(agent.CompanyId, agent.AgentId, (long)origin, occurredAtMs, eventId);

    public int DeleteRetraction(long companyId, string eventId) => _deleteRetraction.Execute(companyId, eventId);

    /// <summary>Retractions behind one, by company and event id.</summary>
    public List<(long CompanyId, string EventId, long RecordedAtMs)> Retractions(
        long companyId, string eventId, int most) =>
        _retractions.Bind(companyId, eventId, most)
            .ReadRows(row => (row.GetInt64(0), row.GetString(1), row.GetInt64(2)));

    /// <summary>The first company with a row behind this one, of which <see cref="DeleteOf"/> may delete some; null:
    /// there is none.</summary>
    public long? NextCompany(DeletedKind kind, long after)
    {
        var next = kind switch
        {
            DeletedKind.CallSteps => _nextOfSteps,
            DeletedKind.OfflinePeriods => _nextOfPeriods,
            _ => _nextOfHours,
        };
        return next.Bind(after).ReadRows(row => row.GetInt64(0)) is [var found] ? found : null;
    }

    /// <summary>Deletes the company's rows that lie before the cut, up to so many; says how many.</summary>
    public int DeleteOf(DeletedKind kind, long companyId, long cutMs, int most)
    {
        var delete = kind switch
        {
            DeletedKind.CallSteps => _deleteSteps,
            DeletedKind.OfflinePeriods => _deletePeriods,
            _ => _deleteHours,
        };
        return delete.Execute(companyId, cutMs, most);
    }

    private static string NextCompanyScript(string table) =>
        $"SELECT company_id FROM {table} WHERE company_id > $company_id ORDER BY company_id LIMIT 1";
}
