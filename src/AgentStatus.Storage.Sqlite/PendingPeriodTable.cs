namespace AgentStatus.Storage.Sqlite;

/// <summary>The table pending_offline_periods: events that offline_periods may not have taken in yet.</summary>
internal sealed class PendingPeriodTable(SqliteConnection connection)
{
    private readonly SqliteCommand _put = connection.Statement(
        """
        INSERT INTO pending_offline_periods (number, company_id, agent_id, changed_from)
        VALUES ($number, $company_id, $agent_id, $changed_from)
        """,
        "$number", "$company_id", "$agent_id", "$changed_from");

    private readonly SqliteCommand _removeThrough = connection.Statement(
        """
        DELETE FROM pending_offline_periods WHERE number IN
            (SELECT number FROM pending_offline_periods WHERE number <= $number ORDER BY number LIMIT $most)
        """,
        "$number", "$most");

    private readonly SqliteCommand _read = connection.Statement(
        "SELECT company_id, agent_id, min(changed_from) FROM pending_offline_periods GROUP BY company_id, agent_id");

    private readonly SqliteCommand _lastNumber = connection.Statement(
        "SELECT coalesce(max(number), 0) FROM pending_offline_periods");

    /// <summary>The number of the last event; 0 where nothing is pending.</summary>
    public long LastNumber() => (long)_lastNumber.ExecuteScalar()!;

    /// <summary>Adds an event, whose number is above all others.</summary>
    public void Put(AgentKey agent, long occurredAtMs, long number)
    {
        _put.Bind(0, number);
        _put.Bind(1, agent.CompanyId);
        _put.Bind(2, agent.AgentId);
        _put.Bind(3, occurredAtMs);
        _put.ExecuteNonQuery();
    }

    /// <summary>Removes events up to this number, the oldest first, and says how many.</summary>
    public int RemoveThrough(long number, int most)
    {
        _removeThrough.Bind(0, number);
        _removeThrough.Bind(1, (long)most);
        return _removeThrough.ExecuteNonQuery();
    }

    /// <summary>The agents that they are of, each with the earliest instant.</summary>
    public List<AgentChange> Read()
    {
        var changes = new List<AgentChange>();
        using var row = _read.ExecuteReader();
        while (row.Read())
            changes.Add(new(new AgentKey(row.GetInt64(0), row.GetInt64(1)), row.GetInt64(2)));
        return changes;
    }
}
