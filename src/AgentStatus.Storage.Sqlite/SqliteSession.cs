using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>A connection and its statements, each compiled at its first use and kept. One thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _begin = connection.Statement("BEGIN IMMEDIATE");
    private readonly SqliteCommand _commit = connection.Statement("COMMIT");
    private readonly SqliteCommand _rollBack = connection.Statement("ROLLBACK");

    public EventTable Events { get; } = new(connection);

    public HoursTable Hours { get; } = new(connection);

    public OfflinePeriodTable OfflinePeriods { get; } = new(connection);

    public PendingPeriodTable PendingPeriods { get; } = new(connection);

    /// <summary>Does the work in one transaction; where it fails, nothing of it is stored.</summary>
    public T InTransaction<T>(Func<T> work)
    {
        _begin.ExecuteNonQuery();
        try
        {
            var result = work();
            _commit.ExecuteNonQuery();
            return result;
        }
        catch
        {
            // At some failures, as at a full disk, SQLite has rolled back by itself.
            if (sqlite3_get_autocommit(connection.Handle) == 0) _rollBack.ExecuteNonQuery();
            throw;
        }
    }

    /// <summary>Closes the connection, and its statements with it.</summary>
    public void Dispose() => connection.Dispose();
}
