using System.Text.Json;
using SQLitePCL;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Opens connections to a database file, and turns what SQLite throws into a <see cref="StoreException"/> that
/// says what to do about the file.</summary>
internal sealed class SqliteFile(string path)
{
    /// <summary>Nobody else writes, but an analyst's program may hold the write lock for a moment. In
    /// seconds.</summary>
    private const int BusyTimeout = 5;

    /// <summary>How far the log may grow before SQLite copies it home, in pages of 8 KiB. Copying seldom saves much of
    /// it: pages that were written several times are copied once.</summary>
    private const int LogPages = 4_096;

    private static readonly string LogSetting = $"PRAGMA wal_autocheckpoint = {LogPages}";

    /// <summary>The writer's page cache in KiB: the upper levels of the trees of some ten million events.</summary>
    private const int WriterCache = 65_536;

    static SqliteFile() => SQLitePCL.Batteries_V2.Init();

    public string Path => path;

    /// <summary>Held by whoever writes.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Opens the connection that writes events, and makes the schema where there is none.</summary>
    public SqliteSession OpenWriter() => new(this, OpenWriter(StoreSchema.Current));

    /// <summary>Opens a connection for writes that need not survive a crash of the machine: the next synced one makes
    /// them durable. There must be a writer.</summary>
    public SqliteSession OpenUnsyncedWriter() => new(this, Open(
        SqliteOpenMode.ReadWrite, connection => connection.Execute($"PRAGMA synchronous = NORMAL; {LogSetting}")));

    /// <summary>Opens a connection that writes a file of this schema, synced at each commit.</summary>
    public SqliteConnection OpenWriter(SqliteSchema schema)
    {
        PrivateFile.EnsureDatabase(path);
        return Open(SqliteOpenMode.ReadWriteCreate, connection =>
        {
            schema.Ensure(connection, path);
            connection.Execute($"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                {LogSetting};
                PRAGMA cache_size = -{WriterCache};
                """);
        });
    }

    /// <summary>Opens a connection that reads. There must be a writer.</summary>
    public SqliteSession OpenReader() => new(this, Open(SqliteOpenMode.ReadOnly, _ => { }));

    /// <summary>Opens a connection that reads and locks no mutex at each call: only one thread at a time may use it or
    /// what it makes. There must be a writer.</summary>
    public sqlite3 OpenScan()
    {
        var result = sqlite3_open_v2(path, out var database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, null);
        if (result != SQLITE_OK)
        {
            using (database) SqliteException.ThrowExceptionForRC(result, database);
        }

        sqlite3_busy_timeout(database, BusyTimeout * 1_000);
        return database;
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
    private StoreException Explained(string fault, Exception failure) => new(fault.Replace("{0}", path), failure)
    {
        ForClients = fault.Replace("{0}", System.IO.Path.GetFileName(path)),
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
            DataSource = path,
            Mode = mode,
            DefaultTimeout = BusyTimeout,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
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
