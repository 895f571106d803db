using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The same rows as the server writes, by the plain driver: the server's own schema and sync settings, an
/// insert for each event and a row for each offline period, opened and closed. It knows what it writes beforehand and
/// checks nothing.</summary>
internal sealed class PlainSqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _event;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _end;
    private readonly Dictionary<AgentKey, long> _offlineSinceMs = [];
    private readonly StatusReports _reports;

    public PlainSqliteWriter(string directory, int agents)
    {
        _reports = new StatusReports(1, agents);
        SqliteStatusStore.Open(directory).Dispose();
        _connection =
            new SqliteConnection($"Data Source={Path.Combine(directory, SqliteStatusStore.FileName)};Pooling=False");
        _connection.Open();
        using var pragmas = _connection.CreateCommand();
        pragmas.CommandText = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;
            PRAGMA cache_size = -65536;
            """;
        pragmas.ExecuteNonQuery();
        _event = Prepare("""
            INSERT INTO status_events (company_id, agent_id, origin, occurred_at, event_id, status, recorded_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, 7);
        _begin = Prepare("""
            INSERT INTO offline_periods (company_id, agent_id, started_at, ended_at, periods, business_ms,
                computed_through, hours_in_force_from) VALUES (?1, ?2, ?3, NULL, ?4, 0, ?5, 1)
            """, 5);
        _end = Prepare("""
            UPDATE offline_periods SET ended_at = ?4, periods = ?5, business_ms = ?6, computed_through = ?4
            WHERE company_id = ?1 AND agent_id = ?2 AND started_at = ?3
            """, 6);
    }

    /// <summary>Writes a batch and returns when it is durable.</summary>
    public void WriteBatch(int events, long nowMs)
    {
        using var transaction = _connection.BeginTransaction();
        for (var i = 0; i < events; i++)
        {
            var (agent, status, origin) = _reports.Next();
            var atMs = nowMs + i;
            Run(_event, transaction, agent.CompanyId, agent.AgentId, (long)origin, atMs, $"p{StatusReports.NextId()}",
                (long)status, atMs);
            var wasOffline = _offlineSinceMs.TryGetValue(agent, out var sinceMs);
            if (status == Status.Offline && !wasOffline)
            {
                Run(_begin, transaction, agent.CompanyId, agent.AgentId, atMs, $"[[{atMs},{atMs}]]", atMs);
                _offlineSinceMs[agent] = atMs;
            }
            else if (status != Status.Offline && wasOffline)
            {
                Run(_end, transaction, agent.CompanyId, agent.AgentId, sinceMs, atMs, $"[[{sinceMs},{atMs}]]",
                    atMs - sinceMs);
                _offlineSinceMs.Remove(agent);
            }
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _event.Dispose();
        _begin.Dispose();
        _end.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter($"?{i}", null));
        command.Prepare();
        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
