using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>A connection and its statements, each compiled at its first use and kept. One thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _begin = connection.Statement("BEGIN IMMEDIATE");
    private readonly SqliteCommand _commit = connection.Statement("COMMIT");
    private readonly SqliteCommand _rollBack = connection.Statement("ROLLBACK");

    public SqliteConnection Connection => connection;

    public EventTable Events { get; } = new(connection);

    public HoursTable Hours { get; } = new(connection);

    public OfflinePeriodTable OfflinePeriods { get; } = new(connection);

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>Does nothing where SQLite has rolled back by itself.</summary>
    public void RollBack()
    {
        if (sqlite3_get_autocommit(connection.Handle) == 0)
            _rollBack.ExecuteNonQuery();
    }

    /// <summary>Closes the connection, and its statements with it.</summary>
    public void Dispose() => connection.Dispose();
}
