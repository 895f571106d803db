using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Transactions of a connection that writes. One thread at a time.</summary>
internal sealed class SqliteTransactions(SqliteConnection connection)
{
    private readonly SqliteCommand _begin = connection.Statement("BEGIN IMMEDIATE");
    private readonly SqliteCommand _commit = connection.Statement("COMMIT");
    private readonly SqliteCommand _rollBack = connection.Statement("ROLLBACK");

    /// <summary>Does the work in one transaction; where it fails, nothing of it is stored.</summary>
    public T Run<T>(Func<T> work)
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
}
