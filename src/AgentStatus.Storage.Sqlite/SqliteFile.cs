using SQLitePCL;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Opens connections to the database file.</summary>
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

    /// <summary>Opens the connection that writes events, and makes the schema where there is none.</summary>
    public SqliteSession OpenWriter() => new(OpenWriter(StoreSchema.Current));

    /// <summary>Opens a connection for writes that need not survive a crash of the machine: the next synced one makes
    /// them durable. There must be a writer.</summary>
    public SqliteSession OpenUnsyncedWriter() => new(Open(
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
    public SqliteSession OpenReader() => new(Open(SqliteOpenMode.ReadOnly, _ => { }));

    /// <summary>Opens a connection that reads and locks no mutex at each call: only one thread at a time may use it or
    /// what it makes. There must be a writer.</summary>
    public sqlite3 OpenScan()
    {
        var result = sqlite3_open_v2(path, out var database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, null);
        try
        {
            SqliteException.ThrowExceptionForRC(result, database);
            sqlite3_busy_timeout(database, BusyTimeout * 1_000);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

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
