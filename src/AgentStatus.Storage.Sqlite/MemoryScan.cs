using System.Text;
using AgentStatus.Core.Timelines;
using SQLitePCL;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>One pass over status_events, agent by agent: what a start reads. Old history is stepped over where it is
/// short and skipped by a seek where it is long.</summary>
/// <remarks>On a connection of its own, without mutexes, and by <see cref="LibSqlite"/>: ids come as bytes without a
/// string. Reading all ids is a fifth of the scan; looking up those that tie would cost a seek each.</remarks>
internal sealed class MemoryScan : IDisposable
{
    /// <summary>Skipping costs two seeks, about as much as this many steps.</summary>
    private const int MaxOldSteps = 16;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _rows;
    private readonly sqlite3_stmt _lastOld;
    private readonly sqlite3_stmt _left;
    private readonly nint _row;
    private readonly nint _lastOldRow;
    private readonly CompanyPartition _companies;
    private readonly long _horizonMs;
    private readonly Func<AgentKey, IReadOnlyList<StatusEvent>> _readPreceding;
    private readonly Retractions _retracted;
    private readonly AgentMerge _merge = new();
    private bool _hasRow;
    private bool _isOldRetracted;
    private AgentKey _agent;
    private Origin _origin;
    private long _occurredAtMs;

    /// <param name="database">A connection without mutexes, for this scan alone: it closes it.</param>
    /// <param name="companies">Others are skipped by a seek each.</param>
    /// <param name="horizonMs">Events before it are old.</param>
    /// <param name="readPreceding">Reads what precedes the horizon of the few agents of whom the last event of each
    /// origin does not say all.</param>
    /// <param name="retracted">Events that are left out.</param>
    public MemoryScan(
        sqlite3 database,
        CompanyPartition companies,
        long horizonMs,
        Func<AgentKey, IReadOnlyList<StatusEvent>> readPreceding,
        Retractions retracted)
    {
        (_database, _companies) = (database, companies);
        (_readPreceding, _retracted) = (readPreceding, retracted);
        _horizonMs = horizonMs;
        try
        {
            _rows = Compile("""
                SELECT company_id, agent_id, origin, occurred_at, status, event_id, sequence, call_id, device_id, label
                FROM status_events
                WHERE (company_id, agent_id, origin, occurred_at) >= (?1, ?2, ?3, ?4)
                ORDER BY company_id, agent_id, origin, occurred_at, event_id
                """);
            _lastOld = Compile("""
                SELECT company_id, agent_id, origin, occurred_at, status, event_id, sequence, call_id, device_id, label
                FROM status_events
                WHERE company_id = ?1 AND agent_id = ?2 AND origin = ?3 AND occurred_at < ?4
                ORDER BY occurred_at DESC, sequence DESC, event_id DESC LIMIT 1
                """);
            _left = Compile("""
                SELECT 1 FROM status_events
                WHERE status = 8 AND company_id = ?1 AND agent_id = ?2 AND occurred_at < ?4 LIMIT 1
                """);
            (_row, _lastOldRow) = (LibSqlite.PointerOf(_rows), LibSqlite.PointerOf(_lastOld));

            // One reading transaction around all statements.
            SqliteException.ThrowExceptionForRC(sqlite3_exec(_database, "BEGIN"), _database);
            SeekRows(long.MinValue);
            SkipOthers();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The agent last read.</summary>
    public AgentEvents Current { get; private set; }

    /// <summary>Reads the next agent; false where there is none.</summary>
    public bool ReadAgent()
    {
        if (!_hasRow)
            return false;
        var agent = _agent;
        _merge.Clear();
        _isOldRetracted = false;
        while (_hasRow && _agent == agent)
            ReadOrigin();
        if (_isOldRetracted || _merge.NeedsPreceding || HasLeft(agent))
            _merge.ReplaceCarried(_readPreceding(agent));
        Current = new(agent, _merge.Merge());
        SkipOthers();
        return true;
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _lastOld?.Dispose();
        _left?.Dispose();
        _database.Dispose();
    }

    private void SkipOthers()
    {
        while (_hasRow && !_companies.Contains(_agent.CompanyId))
        {
            _agent = _agent with { AgentId = long.MaxValue };
            SeekRows(long.MaxValue);
        }
    }

    private void ReadOrigin()
    {
        var (agent, origin) = (_agent, _origin);
        _merge.BeginRun();
        for (var steps = 0; IsOf(agent, origin) && _occurredAtMs < _horizonMs; steps++)
        {
            if (steps < MaxOldSteps)
            {
                Carry(_row);
                StepRows();
                continue;
            }

            Seek(_lastOld, _lastOldRow, _horizonMs);
            Carry(_lastOldRow);
            SeekRows(_horizonMs);
        }

        for (; IsOf(agent, origin); StepRows())
            if (Counts(_row)) _merge.Add(EventOf(_row), LibSqlite.ColumnInt64(_row, 6), LibSqlite.ColumnBytes(_row, 5));
    }

    private bool Counts(nint row) =>
        !_retracted.Contains(_agent.CompanyId, LibSqlite.ColumnBytes(row, 5));

    private bool HasLeft(AgentKey agent)
    {
        Bind(_left, agent, Origin.None, _horizonMs);
        return Step(LibSqlite.PointerOf(_left));
    }

    private bool IsOf(AgentKey agent, Origin origin) => _hasRow && _agent == agent && _origin == origin;

    private void Carry(nint row)
    {
        _isOldRetracted |= !Counts(row);
        _merge.Carry(EventOf(row), LibSqlite.ColumnInt64(row, 6), LibSqlite.ColumnBytes(row, 5));
    }

    /// <summary>Nearly all events have neither call, device nor label: they are asked for no more than that.</summary>
    private static MemoryEvent EventOf(nint row) => new(
        LibSqlite.ColumnInt64(row, 3),
        (Status)LibSqlite.ColumnInt64(row, 4),
        (Origin)LibSqlite.ColumnInt64(row, 2),
        LibSqlite.ColumnInt64(row, 7),
        LibSqlite.IsNull(row, 8) ? 0 : TimelineEvent.KeyOf(LibSqlite.ColumnBytes(row, 8)),
        LibSqlite.IsNull(row, 9) ? null : Encoding.UTF8.GetString(LibSqlite.ColumnBytes(row, 9)));

    private void SeekRows(long occurredAtMs) => Arrive(Seek(_rows, _row, occurredAtMs));

    private void StepRows() => Arrive(Step(_row));

    private void Arrive(bool hasRow)
    {
        _hasRow = hasRow;
        if (!hasRow)
            return;
        _agent = new(LibSqlite.ColumnInt64(_row, 0), LibSqlite.ColumnInt64(_row, 1));
        _origin = (Origin)LibSqlite.ColumnInt64(_row, 2);
        _occurredAtMs = LibSqlite.ColumnInt64(_row, 3);
    }

    private bool Seek(sqlite3_stmt statement, nint row, long occurredAtMs)
    {
        Bind(statement, _agent, _origin, occurredAtMs);
        return Step(row);
    }

    private static void Bind(sqlite3_stmt statement, AgentKey agent, Origin origin, long occurredAtMs)
    {
        sqlite3_reset(statement);
        sqlite3_bind_int64(statement, 1, agent.CompanyId);
        sqlite3_bind_int64(statement, 2, agent.AgentId);
        sqlite3_bind_int64(statement, 3, (long)origin);
        sqlite3_bind_int64(statement, 4, occurredAtMs);
    }

    private bool Step(nint row)
    {
        var result = LibSqlite.Step(row);
        if (result is not (SQLITE_ROW or SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(result, _database);
        return result == SQLITE_ROW;
    }

    private sqlite3_stmt Compile(string sql)
    {
        var result = sqlite3_prepare_v2(_database, sql, out var statement);
        SqliteException.ThrowExceptionForRC(result, _database);
        return statement;
    }
}
