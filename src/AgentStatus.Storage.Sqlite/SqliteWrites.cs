namespace AgentStatus.Storage.Sqlite;

/// <summary>Write transactions of a file, one at a time: who finds another one under way waits for it here, not by
/// SQLite's polling. Any thread; each connection from one thread at a time.</summary>
internal sealed class SqliteWrites(SqliteFailures failures)
{
    private readonly Lock _gate = new();

    /// <summary>Does the work in one transaction; where it fails, nothing of it is stored.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public T Run<T>(SqliteSession session, Func<T> work)
    {
        lock (_gate) return failures.Explain(() => session.Transactions.Run(work));
    }
}
