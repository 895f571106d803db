using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Transactions of a connection that writes, one at a time in a file: who finds another one under way waits
/// for it here, not by SQLite's polling. Any thread; each connection from one thread at a time.</summary>
internal sealed class SqliteWriter(SqliteFile file, SqliteConnection connection)
{
    private readonly SqliteCommand _begin = connection.Statement("BEGIN IMMEDIATE");
    private readonly SqliteCommand _commit = connection.Statement("COMMIT");
    private readonly SqliteCommand _rollBack = connection.Statement("ROLLBACK");

    /// <summary>Does the work in one transaction; where it fails, nothing of it is stored. What went into a
    /// file that was deleted or replaced counts as failed.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public T Write<T>(Func<T> work)
    {
        lock (file.Gate)
        {
            var result = file.Explain(() => RunInTransaction(work));

            // Once more: the commit takes its time.
            file.EnsureOurs();
            return result;
        }
    }

    private T RunInTransaction<T>(Func<T> work)
    {
        _begin.ExecuteNonQuery();
        try
        {
            var result = work();
            file.EnsureOurs();
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
