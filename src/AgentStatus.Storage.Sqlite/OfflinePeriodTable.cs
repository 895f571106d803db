using System.Text.Json;
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
        SELECT started_at, ended_at, periods, computed_through, hours_in_force_from, hours_fault FROM offline_periods
        WHERE {FromOn} ORDER BY started_at
        """);

    private readonly SqliteCommand _delete = connection.Statement(
        """
        DELETE FROM offline_periods
        WHERE company_id = $company_id AND agent_id = $agent_id AND started_at = $started_at
        """);

    private readonly SqliteCommand _put = connection.Statement(
        """
        INSERT OR REPLACE INTO offline_periods
            (company_id, agent_id, started_at, ended_at, periods, business_ms, computed_through, hours_in_force_from,
            hours_fault)
        VALUES ($company_id, $agent_id, $started_at, $ended_at, $periods, $business_ms, $computed_through, $hours,
            $hours_fault)
        """);

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
        """);

    public IReadOnlyList<OfflinePeriod> Read(AgentKey agent, long fromMs) =>
        _read.Bind(agent.CompanyId, agent.AgentId, fromMs).ReadRows(row => new OfflinePeriod(
            agent,
            StartedAtMs: row.GetInt64(0),
            EndedAtMs: row.FindInt64(1),
            BusinessPeriods: row.IsDBNull(2) ? null : FromJson(row.GetString(2)),
            ComputedThroughMs: row.GetInt64(3),
            HoursInForceFromMs: row.FindInt64(4),
            HoursFault: row.IsDBNull(5) ? null : row.GetString(5)));

    public void Delete(OfflinePeriod period) =>
        _delete.Execute(period.Agent.CompanyId, period.Agent.AgentId, period.StartedAtMs);

    /// <summary>Puts the period in the place of one with the same start.</summary>
    public void Put(OfflinePeriod period) => _put.Execute(
        period.Agent.CompanyId, period.Agent.AgentId, period.StartedAtMs, period.EndedAtMs,
        period.BusinessPeriods is null ? null : ToJson(period.BusinessPeriods), period.BusinessMs,
        period.ComputedThroughMs, period.HoursInForceFromMs, period.HoursFault);

    public IReadOnlyList<long> FindStale(long companyId, long hoursInForceFromMs) =>
        _findStale.Bind(companyId, hoursInForceFromMs).ReadRows(row => row.GetInt64(0));

    /// <summary>[[start, end], ...], which SQLite's json_each can open.</summary>
    private static string ToJson(IReadOnlyList<Interval> periods) =>
        JsonSerializer.Serialize(periods.Select(period => new[] { period.StartMs, period.EndMs }));

    private static List<Interval> FromJson(string json) =>
        (JsonSerializer.Deserialize<long[]?[]>(json) ?? [null]).Select(pair => pair is [var startMs, var endMs]
            ? new Interval(startMs, endMs)
            : throw new JsonException("A period is [start, end].")).ToList();
}
