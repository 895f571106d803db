namespace AgentStatus.Storage.Sqlite;

/// <summary>The table pending_offline_periods: events that offline_periods may not have taken in yet.</summary>
internal sealed class PendingPeriodTable(SqliteConnection connection)
{
    public const string LastNumberQuery = "SELECT coalesce(max(number), 0) FROM pending_offline_periods";

    private readonly SqliteCommand _put = connection.Statement(
        """
        INSERT INTO pending_offline_periods (number, company_id, agent_id, changed_from)
        VALUES ($number, $company_id, $agent_id, $changed_from)
        """);

    private readonly SqliteCommand _removeThrough = connection.Statement(
        """
        DELETE FROM pending_offline_periods WHERE number IN
            (SELECT number FROM pending_offline_periods WHERE number < $number ORDER BY number LIMIT $most)
        """);

    private readonly SqliteCommand _empty = connection.Statement(
        "UPDATE pending_offline_periods SET company_id = 0, agent_id = 0 WHERE number = $number");

    private readonly SqliteCommand _lastThrough = connection.Statement(
        "SELECT coalesce(max(number), 0) FROM pending_offline_periods WHERE number <= $number");

    private readonly SqliteCommand _read = connection.Statement(
        """
        SELECT company_id, agent_id, min(changed_from) FROM pending_offline_periods
        WHERE agent_id > 0 GROUP BY company_id, agent_id
        """);

    private readonly SqliteCommand _lastNumber = connection.Statement(LastNumberQuery);

    /// <summary>The number of the last event; 0: there was none yet.</summary>
    public long LastNumber() => _lastNumber.QueryNumber();

    /// <summary>Adds an event, whose number is above all others.</summary>
    public void Put(AgentKey agent, long occurredAtMs, long number) =>
        _put.Execute(number, agent.CompanyId, agent.AgentId, occurredAtMs);

    /// <summary>Removes events up to this number, the oldest first, and says how many. The last one's row stays,
    /// without its agent.</summary>
    public int RemoveThrough(long number, int most)
    {
        var last = _lastThrough.Bind(number).QueryNumber();
        _empty.Execute(last);
        return _removeThrough.Execute(last, most);
    }

    /// <summary>The agents that they are of, each with the earliest instant.</summary>
    public List<AgentChange> Read() => _read.ReadRows(row => new AgentChange(row.GetAgent(0), row.GetInt64(2)));
}
