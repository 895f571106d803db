using System.Globalization;
using AgentStatus.Benchmarks.Processes;
using AgentStatus.Benchmarks.Samples;
using Npgsql;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The same breakdown in SQL over a table of effective statuses, in two ways with the same answer.</summary>
internal sealed class BreakdownInSql
{
    private const string Zone = BreakdownCase.ZoneId;
    private const int Statuses = 7;

    private readonly PostgresServer _postgres;
    private readonly string _sql;

    private BreakdownInSql(PostgresServer postgres, string sql) => (_postgres, _sql) = (postgres, sql);

    /// <summary>
    /// As one would write it: an agent's time in a status is a multirange, and days and business hours clip it by intersection.
    /// </summary>
    public static BreakdownInSql WithMultiranges(PostgresServer postgres, string table, BreakdownCase month) => new(postgres, $"""
        WITH {Days(month)},
        during AS MATERIALIZED (
            SELECT agent_id, status, range_agg(tstzrange(started_at, ended_at)) AS during
            FROM {table} WHERE company_id = {month.CompanyId} GROUP BY agent_id, status),
        parts AS (
            SELECT agent_id, starts_at, ends_at, status,
                (SELECT sum(upper(part) - lower(part)) FROM unnest(during * multirange(tstzrange(starts_at, ends_at))) AS part)
                    AS elapsed,
                CASE WHEN status = 7 THEN
                    (SELECT sum(upper(part) - lower(part)) FROM unnest(during * hours) AS part) END AS open
            FROM during CROSS JOIN days)
        SELECT agent_id, {Start}, {Length}, {PerStatus(status => $"sum(elapsed) FILTER (WHERE status = {status})")},
            {Milliseconds("max(open)")}
        FROM parts GROUP BY agent_id, starts_at, ends_at
        """);

    /// <summary>
    /// Tuned: an interval meets the few days that it touches, and only OFFLINE becomes a multirange, one a day. Joining the days by
    /// comparison took twice as long, grouping by status three times.
    /// </summary>
    public static BreakdownInSql Tuned(PostgresServer postgres, string table, BreakdownCase month) => new(postgres, $"""
        WITH {Days(month)},
        totals AS (
            SELECT e.agent_id, d.day,
                {PerStatus(status => $"sum({Clipped}) FILTER (WHERE e.status = {status}) AS s{status}", raw: true)},
                range_agg(tstzrange(greatest(e.started_at, d.starts_at), least(e.ended_at, d.ends_at)))
                    FILTER (WHERE e.status = 7) AS offline
            FROM {table} e CROSS JOIN LATERAL (
                SELECT day, day AT TIME ZONE '{Zone}' AS starts_at, (day + interval '1 day') AT TIME ZONE '{Zone}' AS ends_at
                FROM generate_series(date_trunc('day', e.started_at AT TIME ZONE '{Zone}'),
                    e.ended_at AT TIME ZONE '{Zone}', interval '1 day') AS day) d
            WHERE e.company_id = {month.CompanyId} AND e.ended_at > d.starts_at
            GROUP BY e.agent_id, d.day)
        SELECT agent_id, {Start}, {Length}, {PerStatus(status => $"s{status}")},
            {Milliseconds("(SELECT sum(upper(part) - lower(part)) FROM unnest(offline * hours) AS part)")}
        FROM totals JOIN days USING (day)
        """);

    /// <summary>Runs it and reads all rows.</summary>
    public Dictionary<DayOfAgent, long[]> Fetch()
    {
        using var connection = _postgres.Open();
        using var command = new NpgsqlCommand(_sql, connection);
        using var row = command.ExecuteReader();
        var answer = new Dictionary<DayOfAgent, long[]>();
        while (row.Read())
        {
            var elapsedMs = new long[DayOfAgent.Columns];
            var knownMs = 0L;
            for (var status = 1; status <= Statuses; status++) knownMs += elapsedMs[status] = row.GetInt64(2 + status);
            var openMs = row.GetInt64(3 + Statuses);
            elapsedMs[DayOfAgent.Unknown] = row.GetInt64(2) - knownMs;
            elapsedMs[DayOfAgent.OutsideHours] = elapsedMs[Statuses] - openMs;
            elapsedMs[Statuses] = openMs;
            answer.Add(new DayOfAgent(row.GetInt64(0), row.GetInt64(1) * 1_000), elapsedMs);
        }

        return answer;
    }

    private const string Clipped = "least(e.ended_at, d.ends_at) - greatest(e.started_at, d.starts_at)";

    private const string Start = "extract(epoch FROM starts_at)::bigint";

    private const string Length = "extract(epoch FROM ends_at - starts_at)::bigint * 1000";

    /// <summary>The month's days with their business hours: Monday to Friday, 9 to 12 and 13 to 17.</summary>
    private static string Days(BreakdownCase month) => $"""
        days AS MATERIALIZED (
            SELECT day, day AT TIME ZONE '{Zone}' AS starts_at, (day + interval '1 day') AT TIME ZONE '{Zone}' AS ends_at,
                CASE WHEN extract(isodow FROM day) < 6 THEN tstzmultirange(
                    tstzrange({At("09:00")}, {At("12:00")}), tstzrange({At("13:00")}, {At("17:00")}))
                    ELSE tstzmultirange() END AS hours
            FROM generate_series(timestamp '{Text(month.Dates.First())}', timestamp '{Text(month.Dates.Last())}',
                interval '1 day') AS day)
        """;

    private static string At(string time) => $"(day + time '{time}') AT TIME ZONE '{Zone}'";

    private static string PerStatus(Func<int, string> column, bool raw = false) => string.Join(
        ", ", Enumerable.Range(1, Statuses).Select(status => raw ? column(status) : Milliseconds(column(status))));

    private static string Milliseconds(string interval) => $"coalesce((extract(epoch FROM {interval}) * 1000)::bigint, 0)";

    private static string Text(NodaTime.LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
