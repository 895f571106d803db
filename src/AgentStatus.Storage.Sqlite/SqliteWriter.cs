using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>Transactions of a connection that writes, one at a time in a file: who finds another one under way waits
/// for it here, not by SQLite's polling. Any thread; each connection from one thread at a time.</summary>
internal sealed class SqliteWriter(SqliteFile file, SqliteConnection connection)
{
    /// <summary>In milliseconds.</summary>
    private const int UsualRead = 10;

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

    /// <summary>Copies the log home into the database, and cuts it to nothing. False: another connection reads from it,
    /// and for longer than a usual read takes.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public bool TryEmptyLog()
    {
        lock (file.Gate)
        {
            return file.Explain(() =>
            {
                sqlite3_busy_timeout(connection.Handle, UsualRead);
                using var checkpoint = connection.Statement("PRAGMA wal_checkpoint(TRUNCATE)");
                var isBusy = checkpoint.ReadRows(row => row.GetInt64(0)) is not [0];
                sqlite3_busy_timeout(connection.Handle, 0);
                return !isBusy;
            });
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
