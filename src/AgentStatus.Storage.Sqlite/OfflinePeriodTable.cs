using AgentStatus.Core.OfflinePeriods;

namespace AgentStatus.Storage.Sqlite;

/// <summary>The table offline_periods: derived from events and hours, replaced as these change.</summary>
internal sealed class OfflinePeriodTable(SqliteConnection connection)
{
    /// <summary>Periods of an agent never overlap, so that only the last one before $from can reach past it.</summary>
    private const string FromOn = """
        company_id = $company_id AND agent_id = $agent_id AND started_at >= coalesce(
            (SELECT CASE WHEN ended_at IS NULL OR ended_at > $from THEN started_at END FROM offline_periods
            WHERE company_id = $company_id AND agent_id = $agent_id AND started_at < $from
            ORDER BY started_at DESC LIMIT 1),
            $from)
        """;

    private readonly SqliteCommand _read = connection.Statement(
        $"""
        SELECT started_at, ended_at, periods, computed_through, hours_in_force_from FROM offline_periods
        WHERE {FromOn} ORDER BY started_at
        """,
        "$company_id", "$agent_id", "$from");

    private readonly SqliteCommand _delete = connection.Statement(
        $"DELETE FROM offline_periods WHERE {FromOn}", "$company_id", "$agent_id", "$from");

    private readonly SqliteCommand _put = connection.Statement(
        """
        INSERT OR REPLACE INTO offline_periods
            (company_id, agent_id, started_at, ended_at, periods, business_ms, computed_through, hours_in_force_from)
        VALUES ($company_id, $agent_id, $started_at, $ended_at, $periods, $business_ms, $computed_through, $hours)
        """,
        "$company_id", "$agent_id", "$started_at", "$ended_at", "$periods", "$business_ms", "$computed_through",
        "$hours");

    private readonly SqliteCommand _findStale = connection.Statement(
        """
        SELECT agent_id FROM offline_periods INDEXED BY offline_periods_without_hours
        WHERE company_id = $company_id AND hours_in_force_from IS NULL
        UNION
        SELECT agent_id FROM offline_periods
        WHERE company_id = $company_id AND ended_at IS NULL AND hours_in_force_from < $hours
        UNION
        SELECT agent_id FROM offline_periods
        WHERE company_id = $company_id AND ended_at > $hours AND hours_in_force_from < $hours
        """,
        "$company_id", "$hours");

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs)
    {
        BindFromOn(_read, agent, fromMs);
        var periods = new List<OfflinePeriod>();
        using var row = _read.ExecuteReader();
        while (row.Read())
        {
            periods.Add(new(
                agent,
                StartedAtMs: row.GetInt64(0),
                EndedAtMs: row.FindInt64(1),
                BusinessPeriods: row.IsDBNull(2) ? null : PeriodsJson.Read(row.GetString(2)),
                ComputedThroughMs: row.GetInt64(3),
                HoursInForceFromMs: row.FindInt64(4)));
        }

        return periods;
    }

    public void Replace(AgentKey agent, long fromMs, IReadOnlyList<OfflinePeriod> periods)
    {
        BindFromOn(_delete, agent, fromMs);
        _delete.ExecuteNonQuery();
        foreach (var period in periods)
            Put(agent, period);
    }

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs)
    {
        _findStale.Bind(0, companyId);
        _findStale.Bind(1, hoursInForceFromMs);
        var agentIds = new List<long>();
        using var row = _findStale.ExecuteReader();
        while (row.Read())
            agentIds.Add(row.GetInt64(0));
        return agentIds;
    }

    private static void BindFromOn(SqliteCommand statement, AgentKey agent, long fromMs)
    {
        statement.Bind(0, agent.CompanyId);
        statement.Bind(1, agent.AgentId);
        statement.Bind(2, fromMs);
    }

    private void Put(AgentKey agent, OfflinePeriod period)
    {
        _put.Bind(0, agent.CompanyId);
        _put.Bind(1, agent.AgentId);
        _put.Bind(2, period.StartedAtMs);
        _put.Bind(3, period.EndedAtMs);
        _put.Bind(4, period.BusinessPeriods is null ? null : PeriodsJson.Write(period.BusinessPeriods));
        _put.Bind(5, period.BusinessMs);
        _put.Bind(6, period.ComputedThroughMs);
        _put.Bind(7, period.HoursInForceFromMs);
        _put.ExecuteNonQuery();
    }
}
