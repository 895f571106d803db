using System.Text.Json;
using SQLitePCL;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>A database file in a directory of its own, locked while this is open. Opens connections to it, and turns
/// what SQLite throws into a <see cref="StoreException"/> that says what to do about the file.</summary>
internal sealed class SqliteFile : IStoreFile, IDisposable
{
    /// <summary>Nobody else writes, but an analyst's program may hold the write lock for a moment. In
    /// seconds.</summary>
    private const int BusyTimeout = 5;

    /// <summary>How far the log may grow before SQLite copies it home, in pages of 8 KiB. Copying seldom saves much of
    /// it: pages that were written several times are copied once.</summary>
    private const int LogPages = 4_096;

    /// <summary>What the log is cut down to when it begins anew, in bytes: a reader may have made it longer.</summary>
    private const int LogBytesKept = 64 << 20;

    /// <summary>What all connections set that write. What is deleted is overwritten: inserting costs no more for it,
    /// and what SQLite moves between pages leaves hardly anything behind either.</summary>
    private static readonly string WriterSettings =
        $"PRAGMA wal_autocheckpoint = {LogPages}; PRAGMA journal_size_limit = {LogBytesKept}; "
        + "PRAGMA secure_delete = ON";

    /// <summary>How often what reads all looks whether it is to end, in steps of SQLite's machine: some
    /// milliseconds.</summary>
    private const int ProgressSteps = 100_000;

    /// <summary>The writer's page cache in KiB: the upper levels of the trees of some ten million events.</summary>
    private const int WriterCache = 65_536;

    private readonly DirectoryLock _lock;
    private readonly string _directory;
    private readonly string _logPath;
    private OpenedFiles? _opened;
    private FileStream? _logLock;

    static SqliteFile() => SQLitePCL.Batteries_V2.Init();

    /// <exception cref="StoreException">Another server has the directory, or it cannot be written.</exception>
    public SqliteFile(string directory, string name)
    {
        _directory = System.IO.Path.GetFullPath(directory);
        Path = System.IO.Path.Combine(_directory, name);
        _logPath = Path + "-wal";
        _lock = new(_directory);
    }

    public string Path { get; }

    public long LogBytes => new FileInfo(_logPath) is { Exists: true } log ? log.Length : 0;

    /// <summary>Held by whoever writes.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Notes the number of the last event that is about to be acknowledged: whether it is still there is
    /// looked at when the file is opened again. Before events are removed it goes back.</summary>
    public void NoteAcknowledged(long number) => _lock.Acknowledged = number;

    /// <summary>Opens the connection that writes events, and makes the schema where there is none.</summary>
    public SqliteSession OpenWriter() => new(this, OpenWriter(StoreSchema.Current));

    /// <summary>Opens a connection for writes that need not survive a crash of the machine: the next synced one makes
    /// them durable. There must be a writer.</summary>
    public SqliteSession OpenUnsyncedWriter() => new(this, Open(
        SqliteOpenMode.ReadWrite, connection => connection.Execute($"PRAGMA synchronous = NORMAL; {WriterSettings}")));

    /// <summary>Opens a connection that writes a file of this schema, synced at each commit.</summary>
    public SqliteConnection OpenWriter(SqliteSchema schema)
    {
        PrivateFile.EnsureDatabase(Path);
        LockLog()?.Dispose();
        var writer = Open(SqliteOpenMode.ReadWriteCreate, connection =>
        {
            KeepLogOnClose(connection, true);
            if (schema.Ensure(connection, Path)) EnsureNothingIsMissing(connection.QueryNumber(schema.LastNumber));
            KeepLogOnClose(connection, false);
            connection.Execute($"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                {WriterSettings};
                PRAGMA cache_size = -{WriterCache};
                """);

            // SQLite makes the log when it reads for the first time.
            connection.QueryNumber(schema.LastNumber);
            _logLock = LockLog();
        });
        _opened = new(Path, _logPath, Path + "-shm");
        return writer;
    }

    /// <summary>Opens a connection that reads. There must be a writer.</summary>
    public SqliteSession OpenReader() => new(this, Open(SqliteOpenMode.ReadOnly, _ => { }));

    /// <summary>Opens a connection that reads and locks no mutex at each call: only one thread at a time may use it or
    /// what it makes. There must be a writer.</summary>
    public sqlite3 OpenScan()
    {
        var result = sqlite3_open_v2(Path, out var database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, null);
        if (result != SQLITE_OK)
        {
            using (database) SqliteException.ThrowExceptionForRC(result, database);
        }

        sqlite3_busy_timeout(database, BusyTimeout * 1_000);
        EnsureOurs();
        return database;
    }

    public string? FindFault() => _opened?.FindLost() is { } lost
        ? $"{lost} is not the file that this server opened: it was deleted or replaced while the server ran. "
            + "Nothing is written any more, since it would be lost. Put the files back, or restart the server on what "
            + $"is there now; until it ends, /proc/{Environment.ProcessId}/fd has the files that it opened."
        : null;

    /// <exception cref="StoreException">The file was deleted or replaced.</exception>
    public void EnsureOurs()
    {
        if (FindFault() is { } fault)
            throw new StoreException(fault) { ForClients = "The store's file was deleted or replaced." };
    }

    public string? FindDamage(CancellationToken cancellation) => ReadAll(
        connection =>
        {
            using var check = connection.Statement("PRAGMA quick_check(1)");
            return check.ReadRows(row => row.GetString(0)) is ["ok"] ? null : $"{check.ExecuteScalar()}";
        },
        cancellation);

    /// <summary>Writes what is durable now to another file, which is empty.</summary>
    public void CopyTo(string path, CancellationToken cancellation) => ReadAll(
        connection =>
        {
            using var copy = connection.Statement("VACUUM INTO $path");
            return copy.Execute(path);
        },
        cancellation);

    /// <summary>Gives the lock back. After all connections are closed.</summary>
    public void Dispose()
    {
        _logLock?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Locks the database itself, for who deletes the lock file: by its log, since SQLite has locks of its own
    /// on the other files, which the process would lose. No second server gets in; who copies the files may read them.
    /// Windows deletes no file that is open.</summary>
    private FileStream? LockLog() => OperatingSystem.IsWindows() || !File.Exists(_logPath)
        ? null
        : DirectoryLock.Take(_directory, () =>
        {
            PrivateFile.Open(_logPath, FileShare.None).Dispose();
            return PrivateFile.Open(_logPath, FileShare.ReadWrite);
        });

    /// <summary>Runs what reads all of the file, on a connection of its own, until it is cancelled.</summary>
    private T ReadAll<T>(Func<SqliteConnection, T> read, CancellationToken cancellation) => Explain(() =>
    {
        cancellation.ThrowIfCancellationRequested();
        using var connection = Open(SqliteOpenMode.ReadOnly, _ => { });
        sqlite3_progress_handler(
            connection.Handle, ProgressSteps, _ => cancellation.IsCancellationRequested ? 1 : 0, null);
        try
        {
            return read(connection);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(cancellation);
        }
    });

    /// <summary>A file that is refused is left as it is: its log may tell what became of it.</summary>
    private static void KeepLogOnClose(SqliteConnection connection, bool keep) =>
        sqlite3_db_config(connection.Handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, out _);

    /// <summary>SQLite passes over what it cannot read at the log's end without a word.</summary>
    private void EnsureNothingIsMissing(long lastNumber)
    {
        if (lastNumber >= _lock.Acknowledged) return;
        throw new StoreException(
            $"{Path} has lost events that were acknowledged: its last one is number {lastNumber}, and number "
            + $"{_lock.Acknowledged} was acknowledged. Its log, {_logPath}, is damaged or missing, or an older copy "
            + "of the database lies in its place. Put the right files back; to go on without these events, delete "
            + $"{System.IO.Path.Combine(_directory, DirectoryLock.FileName)}.");
    }

    public T Explain<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure)
        {
            throw Explained(Describe(failure), failure);
        }
        catch (JsonException failure)
        {
            throw Explained("{0} has offline periods that are not JSON [[start, end], ...].", failure);
        }
    }

    /// <summary>Clients are told the file's name only.</summary>
    private StoreException Explained(string fault, Exception failure) => new(fault.Replace("{0}", Path), failure)
    {
        ForClients = fault.Replace("{0}", System.IO.Path.GetFileName(Path)),
    };

    private static string Describe(SqliteException failure) => failure.SqliteErrorCode switch
    {
        SQLITE_FULL => "The disk is full: make room for {0}.",
        SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM or SQLITE_AUTH =>
            "{0} cannot be opened for writing: let the server's user write the file and its directory.",
        SQLITE_NOTADB => "{0} is not a SQLite database: move it away, or set Storage:Path to another directory.",
        SQLITE_CORRUPT => "{0} is damaged: restore it from a backup.",
        SQLITE_BUSY or SQLITE_LOCKED => "{0} is locked by another program: end that program or its transaction.",
        SQLITE_IOERR => $"{{0}} cannot be read or written: check its disk ({failure.Message}).",
        _ => $"{{0}}: {failure.Message}",
    };

    private SqliteConnection Open(SqliteOpenMode mode, Action<SqliteConnection> prepare)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = mode,
            DefaultTimeout = BusyTimeout,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            EnsureOurs();
            prepare(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
