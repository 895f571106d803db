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

    /// <summary>As one would write it: an agent's time in a status is a multirange, and days and business hours clip it
    /// by intersection.</summary>
    public static BreakdownInSql WithMultiranges(PostgresServer postgres, string table, BreakdownCase month) =>
        new(postgres, $"""
        WITH {Days(month)},
        during AS MATERIALIZED (
            SELECT agent_id, status, range_agg(tstzrange(started_at, ended_at)) AS during
            FROM {table} WHERE company_id = {month.CompanyId} GROUP BY agent_id, status),
        parts AS MATERIALIZED (
            SELECT agent_id, starts_at, ends_at, status,
                (SELECT sum(upper(part) - lower(part))
                    FROM unnest(during * multirange(tstzrange(starts_at, ends_at))) AS part) AS elapsed,
                CASE WHEN status = 7 THEN
                    (SELECT sum(upper(part) - lower(part)) FROM unnest(during * hours) AS part) END AS open
            FROM during CROSS JOIN days)
        SELECT agent_id, {Start}, {Length}, {PerStatus(status => $"sum(elapsed) FILTER (WHERE status = {status})")},
            {Milliseconds("max(open)")}
        FROM parts GROUP BY agent_id, starts_at, ends_at
        """);

    /// <summary>Tuned: an interval within one day, as nearly all are, needs no join, and only OFFLINE becomes a
    /// multirange, one a day. Joining all intervals with the days took twice as long, a series of days for each
    /// interval as well.</summary>
    public static BreakdownInSql Tuned(PostgresServer postgres, string table, BreakdownCase month) => new(postgres, $"""
        WITH {Days(month)},
        parts AS (
            SELECT agent_id, {DayOf("started_at")} AS day, status, started_at AS starts, ended_at AS ends
            FROM {table} WHERE company_id = {month.CompanyId} AND {DayOf("started_at")} = {DayOf("ended_at")}
            UNION ALL
            SELECT agent_id, day, status, greatest(started_at, starts_at), least(ended_at, ends_at)
            FROM {table} JOIN days ON started_at < ends_at AND ended_at > starts_at
            WHERE company_id = {month.CompanyId} AND {DayOf("started_at")} <> {DayOf("ended_at")}),
        totals AS (
            SELECT agent_id, day,
                {PerStatus(status => $"sum(ends - starts) FILTER (WHERE status = {status}) AS s{status}", raw: true)},
                range_agg(tstzrange(starts, ends)) FILTER (WHERE status = 7) AS offline
            FROM parts GROUP BY agent_id, day)
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

    private const string Start = "extract(epoch FROM starts_at)::bigint";

    private const string Length = "extract(epoch FROM ends_at - starts_at)::bigint * 1000";

    /// <summary>The month's days with their business hours: Monday to Friday, 9 to 12 and 13 to 17.</summary>
    private static string Days(BreakdownCase month) => $"""
        days AS MATERIALIZED (
            SELECT day, day AT TIME ZONE '{Zone}' AS starts_at,
                (day + interval '1 day') AT TIME ZONE '{Zone}' AS ends_at,
                CASE WHEN extract(isodow FROM day) < 6 THEN tstzmultirange(
                    tstzrange({At("09:00")}, {At("12:00")}), tstzrange({At("13:00")}, {At("17:00")}))
                    ELSE tstzmultirange() END AS hours
            FROM generate_series(timestamp '{Text(month.Dates.First())}', timestamp '{Text(month.Dates.Last())}',
                interval '1 day') AS day)
        """;

    private static string At(string time) => $"(day + time '{time}') AT TIME ZONE '{Zone}'";

    private static string DayOf(string column) => $"date_trunc('day', {column} AT TIME ZONE '{Zone}')";

    private static string PerStatus(Func<int, string> column, bool raw = false) => string.Join(
        ", ", Enumerable.Range(1, Statuses).Select(status => raw ? column(status) : Milliseconds(column(status))));

    private static string Milliseconds(string interval) =>
        $"coalesce((extract(epoch FROM {interval}) * 1000)::bigint, 0)";

    private static string Text(NodaTime.LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
