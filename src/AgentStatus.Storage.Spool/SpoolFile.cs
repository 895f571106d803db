using AgentStatus.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Spool;

/// <summary>Events that wait for a store: one SQLite file in a directory of its own, in WAL mode and synced at each
/// change, so that what it took survives the end of the process and of the machine. An event id is in it once for a
/// company.</summary>
/// <remarks>Any thread, one at a time: others wait, for one commit at most. Every call throws StoreException
/// only.</remarks>
public sealed partial class SpoolFile : IDisposable
{
    /// <summary>The file's name in its directory.</summary>
    public const string FileName = "spool.db";

    /// <summary>Events read in one piece where all are read.</summary>
    private const int ReadPortion = 4_096;

    /// <summary>An empty spool whose file is longer than this, in bytes, gives the disk its room back.</summary>
    private const long ShrinkFrom = 16 << 20;

    private readonly SqliteFile _file;
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;
    private readonly SpoolTable _table;
    private readonly SqliteCommand _pages;
    private readonly SqliteCommand _freePages;
    private readonly long _pageSize;
    private readonly long _limitBytes;
    private long _count;
    private long _bytes;

    private SpoolFile(SqliteFile file, SqliteConnection connection, long limitBytes)
    {
        (_file, _connection, _limitBytes) = (file, connection, limitBytes);
        _writer = new(file, connection);
        _table = new(connection);
        _steps = new(connection);
        _retractions = new(connection);
        _pages = connection.Statement("PRAGMA page_count");
        _freePages = connection.Statement("PRAGMA freelist_count");
        _pageSize = connection.QueryNumber("PRAGMA page_size");
        _count = connection.QueryNumber("SELECT count(*) FROM spooled_events");
        _stepCount = _steps.Count();
        _retractionCount = _retractions.Count();
        Measure();
    }

    public IStoreFile File => _file;

    /// <summary>The file's full path.</summary>
    public string Path => _file.Path;

    /// <summary>Events in it.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>What they take of the limit: the file's pages in use, in bytes. An empty spool takes some,
    /// too.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Opens the spool in this directory, and makes both where they are missing.</summary>
    /// <param name="directory">Where; nothing else of a server may be in use there.</param>
    /// <param name="limitBytes">From which size on it takes no more.</param>
    /// <exception cref="StoreException">The directory cannot be written, another server has it open, or its file is
    /// damaged, foreign or newer.</exception>
    public static SpoolFile Open(string directory, long limitBytes = StorageLimits.SpoolBytes)
    {
        var file = new SqliteFile(directory, FileName);
        SqliteConnection? connection = null;
        try
        {
            return file.Explain(() =>
            {
                connection = file.OpenWriter(SpoolTable.Schema);
                return new SpoolFile(file, connection, limitBytes);
            });
        }
        catch
        {
            connection?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Takes the events in order, all or none; what has an id that is in the spool is compared with
    /// that.</summary>
    /// <returns>What became of each; durable, and marked as spooled.</returns>
    /// <exception cref="SpoolFullException">None was taken: no room.</exception>
    public IReadOnlyList<AppendResult> Append(IReadOnlyList<EventToAppend> events)
    {
        lock (_file.Gate)
        {
            var results = Add_NeedsLock(() => events.Select(toAppend => _table.Append(toAppend)).ToArray());
            Volatile.Write(ref _count, _count + results.Count(result => result.Outcome == AppendOutcome.Stored));
            return results;
        }
    }

    /// <summary>All companies of which there is something in it.</summary>
    public IReadOnlyList<long> Companies() => Read(() =>
    {
        using var companies = _connection.Statement("""
            SELECT company_id FROM spooled_events UNION SELECT company_id FROM spooled_retractions
            UNION SELECT company_id FROM spooled_call_steps
            """);
        return companies.ReadRows(row => row.GetInt64(0));
    });

    /// <summary>How each event compares with the spooled one that has its id; null where none has.</summary>
    public IReadOnlyList<AppendResult?> Find(IReadOnlyList<EventToAppend> events) =>
        Read(() => events.Select(toAppend => _table.Find(toAppend)).ToArray());

    /// <summary>The agent's spooled events, without order.</summary>
    public IReadOnlyList<EventToAppend> Read(AgentKey agent) =>
        Read(() => _table.ReadAgent(agent).ConvertAll(spooled => spooled.ToAppend));

    /// <summary>The oldest events behind this number, at most so many, oldest first.</summary>
    public IReadOnlyList<SpooledEvent> ReadAfter(long number, int most) => Read(() => _table.ReadAfter(number, most));

    /// <summary>All events, oldest first, read lazily: those removed or added meanwhile may be among them or
    /// not.</summary>
    public IEnumerable<SpooledEvent> ReadAll()
    {
        var last = 0L;
        while (ReadAfter(last, ReadPortion) is { Count: > 0 } portion)
        {
            foreach (var spooled in portion)
                yield return spooled;
            last = portion[^1].Number;
        }
    }

    /// <summary>Removes all events up to this number.</summary>
    public void RemoveThrough(long number)
    {
        lock (_file.Gate)
        {
            _file.NoteAcknowledged(0);
            Volatile.Write(ref _count, _count - Change(() => _table.RemoveThrough(number)));
            Shrink_NeedsLock();
        }
    }

    /// <inheritdoc cref="SqliteWriter.TryEmptyLog"/>
    public bool TryEmptyLog() => _writer.TryEmptyLog();

    public void Dispose()
    {
        lock (_file.Gate)
        {
            _connection.Dispose();
            _file.Dispose();
        }
    }

    /// <summary>Adds all or nothing, while there is room.</summary>
    /// <exception cref="SpoolFullException">There is none.</exception>
    private T Add_NeedsLock<T>(Func<T> add)
    {
        if (_bytes >= _limitBytes)
        {
            throw new SpoolFullException($"The spool {Path} has reached its limit of {_limitBytes} bytes.")
            {
                ForClients = $"The spool has reached its limit of {_limitBytes} bytes.",
            };
        }

        try
        {
            return Change(add);
        }
        catch (StoreException failure)
            when (failure.InnerException is SqliteException { SqliteErrorCode: SQLITE_FULL })
        {
            throw new SpoolFullException(failure.Message, failure);
        }
    }

    private T Read<T>(Func<T> work)
    {
        lock (_file.Gate)
            return _file.Explain(work);
    }

    private T Change<T>(Func<T> work)
    {
        var last = 0L;
        var result = _writer.Write(() =>
        {
            var changed = work();
            Measure();
            last = _table.LastNumber();
            return changed;
        });
        _file.NoteAcknowledged(last);
        return result;
    }

    private void Measure() => Volatile.Write(ref _bytes, _pageSize * (_pages.QueryNumber() - _freePages.QueryNumber()));

    private void Shrink_NeedsLock()
    {
        if (_count + _stepCount > 0) return;
        try
        {
            if (_pageSize * _pages.QueryNumber() > ShrinkFrom)
                _connection.Execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // It was only for the disk's sake: the free pages serve the next outage.
        }
    }
}
