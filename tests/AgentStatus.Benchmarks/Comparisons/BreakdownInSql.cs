using System.Globalization;
using AgentStatus.Benchmarks.Processes;
using AgentStatus.Benchmarks.Samples;
using Npgsql;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>
/// The same breakdown in SQL over a table of effective statuses: OFFLINE becomes a multirange a day and agent, and is clipped by
/// an intersection with the day's business hours. Of several ways to write it, this was the fastest.
/// </summary>
internal sealed class BreakdownInSql(PostgresServer postgres, string table, BreakdownCase month)
{
    private readonly string _sql = $"""
        WITH days AS MATERIALIZED (
            SELECT day AT TIME ZONE '{BreakdownCase.ZoneId}' AS starts_at,
                (day + interval '1 day') AT TIME ZONE '{BreakdownCase.ZoneId}' AS ends_at,
                CASE WHEN extract(isodow FROM day) < 6 THEN tstzmultirange(
                    tstzrange((day + time '09:00') AT TIME ZONE '{BreakdownCase.ZoneId}',
                        (day + time '12:00') AT TIME ZONE '{BreakdownCase.ZoneId}'),
                    tstzrange((day + time '13:00') AT TIME ZONE '{BreakdownCase.ZoneId}',
                        (day + time '17:00') AT TIME ZONE '{BreakdownCase.ZoneId}')) ELSE tstzmultirange() END AS hours
            FROM generate_series(timestamp '{First(month)}', timestamp '{Last(month)}', interval '1 day') AS day),
        totals AS (
            SELECT e.agent_id, d.starts_at, d.ends_at, d.hours,
                {string.Join(",\n        ", Enumerable.Range(1, 7).Select(Sum))},
                range_agg(tstzrange(greatest(e.started_at, d.starts_at), least(e.ended_at, d.ends_at)))
                    FILTER (WHERE e.status = 7) AS offline
            FROM {table} e JOIN days d ON e.started_at < d.ends_at AND e.ended_at > d.starts_at
            WHERE e.company_id = {month.CompanyId}
            GROUP BY e.agent_id, d.starts_at, d.ends_at, d.hours)
        SELECT agent_id, extract(epoch FROM starts_at)::bigint, extract(epoch FROM ends_at - starts_at)::bigint * 1000,
            {string.Join(", ", Enumerable.Range(1, 7).Select(Milliseconds))},
            coalesce((SELECT (extract(epoch FROM sum(upper(open) - lower(open))) * 1000)::bigint
                FROM unnest(offline * hours) AS open), 0)
        FROM totals
        """;

    /// <summary>Runs it and reads all rows.</summary>
    public Dictionary<DayOfAgent, long[]> Fetch()
    {
        using var connection = postgres.Open();
        using var command = new NpgsqlCommand(_sql, connection);
        using var row = command.ExecuteReader();
        var answer = new Dictionary<DayOfAgent, long[]>();
        while (row.Read())
        {
            var elapsedMs = new long[DayOfAgent.Columns];
            var known = 0L;
            for (var status = 1; status <= 7; status++) known += elapsedMs[status] = row.GetInt64(2 + status);
            var openMs = row.GetInt64(10);
            elapsedMs[DayOfAgent.Unknown] = row.GetInt64(2) - known;
            elapsedMs[DayOfAgent.OutsideHours] = elapsedMs[7] - openMs;
            elapsedMs[7] = openMs;
            answer.Add(new DayOfAgent(row.GetInt64(0), row.GetInt64(1) * 1_000), elapsedMs);
        }

        return answer;
    }

    private static string Sum(int status) =>
        $"sum(least(e.ended_at, d.ends_at) - greatest(e.started_at, d.starts_at)) FILTER (WHERE e.status = {status}) AS s{status}";

    private static string Milliseconds(int status) => $"coalesce((extract(epoch FROM s{status}) * 1000)::bigint, 0)";

    private static string First(BreakdownCase month) => month.Dates.First().ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private static string Last(BreakdownCase month) => month.Dates.Last().ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
