using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using AgentStatus.Core.Timelines;
using SQLitePCL;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>One pass over ranges of status_events, agent by agent: what a start reads. Old history is stepped over
/// where it is short and skipped by a seek where it is long.</summary>
/// <remarks>On a connection of its own, without mutexes, and by <see cref="LibSqlite"/>: ids come as bytes without a
/// string. Reading all ids is a fifth of the scan; looking up those that tie would cost a seek each. Each column that
/// is asked for is 2 % of a start: no row is asked for one twice.</remarks>
internal sealed class MemoryScan : IDisposable
{
    /// <summary>Skipping costs two seeks, about as much as this many steps.</summary>
    private const int MaxOldSteps = 16;

    /// <summary>In KiB.</summary>
    private const int PageCache = 256;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _rows;
    private readonly sqlite3_stmt _lastOld;
    private readonly sqlite3_stmt _left;
    private readonly nint _row;
    private readonly nint _lastOldRow;
    private readonly nint _leftRow;
    private readonly ConcurrentQueue<AgentRange> _ranges;
    private readonly CompanyPartition _companies;
    private readonly long _horizonMs;
    private readonly Func<AgentKey, IReadOnlyList<StatusEvent>> _readPreceding;
    private readonly Retractions _retracted;
    private readonly AgentMerge _merge = new();
    private AgentRange _range;
    private bool _hasRow;
    private bool _hasLeft;
    private AgentKey _leftAgent;
    private bool _mayBeRetracted;
    private bool _isOldRetracted;
    private AgentKey _agent;
    private Origin _origin;
    private long _occurredAtMs;

    /// <param name="database">A connection without mutexes, for this scan alone: it closes it.</param>
    /// <param name="ranges">Which agents: another one is taken when one is read. Other scans may take of them
    /// too.</param>
    /// <param name="companies">Others are skipped by a seek each.</param>
    /// <param name="horizonMs">Events before it are old.</param>
    /// <param name="readPreceding">Reads what precedes the horizon of the few agents of whom the last event of each
    /// origin does not say all.</param>
    /// <param name="retracted">Events that are left out.</param>
    public MemoryScan(
        sqlite3 database,
        ConcurrentQueue<AgentRange> ranges,
        CompanyPartition companies,
        long horizonMs,
        Func<AgentKey, IReadOnlyList<StatusEvent>> readPreceding,
        Retractions retracted)
    {
        (_database, _ranges, _companies) = (database, ranges, companies);
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
                SELECT company_id, agent_id FROM status_events
                WHERE status = 8 AND (company_id, agent_id) >= (?1, ?2) AND occurred_at < ?4
                ORDER BY company_id, agent_id
                """);
            (_row, _lastOldRow) = (LibSqlite.PointerOf(_rows), LibSqlite.PointerOf(_lastOld));
            _leftRow = LibSqlite.PointerOf(_left);

            // One reading transaction around all statements. A page is read once, so few of them need room.
            SqliteException.ThrowExceptionForRC(
                sqlite3_exec(_database, $"PRAGMA cache_size = -{PageCache}; BEGIN"), _database);
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
        while (!_hasRow)
            if (!TryBeginRange()) return false;
        var agent = _agent;
        _merge.Clear();
        _isOldRetracted = false;
        _mayBeRetracted = !_retracted.AreNoneOf(agent.CompanyId);
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

    private bool TryBeginRange()
    {
        if (!_ranges.TryDequeue(out _range)) return false;
        (_agent, _origin) = (_range.First, Origin.None);
        ArriveAtLeft(Seek(_left, _leftRow, _horizonMs));
        SeekRows(long.MinValue);
        SkipOthers();
        return true;
    }

    private void SkipOthers()
    {
        while (_hasRow && !_companies.Contains(_agent.CompanyId))
        {
            _agent = _agent with { AgentId = long.MaxValue };
            SeekRows(long.MaxValue);
        }
    }

    /// <remarks>Compiled in full at once, with all that it does for each row: the compiler's first version is in use
    /// for a second of a start.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
            if (Counts(_row)) _merge.Add(EventOf(_row, _occurredAtMs), SequenceOf(_row), IdOf(_row));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Counts(nint row) =>
        !_mayBeRetracted || !_retracted.Contains(_agent.CompanyId, IdOf(row));

    /// <summary>Few agents have left: they come in the same order from an index of theirs.</summary>
    private bool HasLeft(AgentKey agent)
    {
        while (_hasLeft && _leftAgent.CompareTo(agent) < 0) ArriveAtLeft(Step(_leftRow));
        return _hasLeft && _leftAgent == agent;
    }

    private void ArriveAtLeft(bool hasRow)
    {
        _hasLeft = hasRow;
        if (hasRow) _leftAgent = AgentOf(_leftRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOf(AgentKey agent, Origin origin) => _hasRow && _agent == agent && _origin == origin;

    private void Carry(nint row)
    {
        _isOldRetracted |= !Counts(row);
        _merge.Carry(EventOf(row, LibSqlite.ColumnInt64(row, 3)), SequenceOf(row), IdOf(row));
    }

    /// <summary>Nearly all events have neither call, device nor label: they are asked for no more than that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MemoryEvent EventOf(nint row, long occurredAtMs) => new(
        occurredAtMs,
        (Status)LibSqlite.ColumnInt64(row, 4),
        _origin,
        LibSqlite.ColumnInt64(row, 7),
        LibSqlite.IsNull(row, 8) ? 0 : TimelineEvent.KeyOf(LibSqlite.ColumnBytes(row, 8)),
        LibSqlite.IsNull(row, 9) ? null : Encoding.UTF8.GetString(LibSqlite.ColumnBytes(row, 9)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static AgentKey AgentOf(nint row) => new(LibSqlite.ColumnInt64(row, 0), LibSqlite.ColumnInt64(row, 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> IdOf(nint row) => LibSqlite.ColumnBytes(row, 5);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long SequenceOf(nint row) => LibSqlite.ColumnInt64(row, 6);

    private void SeekRows(long occurredAtMs) => Arrive(Seek(_rows, _row, occurredAtMs));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StepRows() => Arrive(Step(_row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Arrive(bool hasRow)
    {
        _hasRow = hasRow;
        if (!hasRow)
            return;
        var agent = AgentOf(_row);
        if (agent != _agent && _range.End is { } end && agent.CompareTo(end) >= 0)
        {
            _hasRow = false;
            return;
        }

        _agent = agent;
        _origin = (Origin)LibSqlite.ColumnInt64(_row, 2);
        _occurredAtMs = LibSqlite.ColumnInt64(_row, 3);
    }

    private bool Seek(sqlite3_stmt statement, nint row, long occurredAtMs)
    {
        sqlite3_reset(statement);
        sqlite3_bind_int64(statement, 1, _agent.CompanyId);
        sqlite3_bind_int64(statement, 2, _agent.AgentId);
        sqlite3_bind_int64(statement, 3, (long)_origin);
        sqlite3_bind_int64(statement, 4, occurredAtMs);
        return Step(row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
