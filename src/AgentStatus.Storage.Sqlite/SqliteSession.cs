using static SQLitePCL.raw;

namespace AgentStatus.Storage.Sqlite;

/// <summary>A connection and its statements, each compiled at its first use and kept. One thread at a time.</summary>
internal sealed class SqliteSession(SqliteFile file, SqliteConnection connection) : IDisposable
{
    /// <summary>In milliseconds.</summary>
    private const int UsualRead = 10;

    private readonly SqliteWriter _writer = new(file, connection);

    public EventTable Events { get; } = new(connection);

    public RetractionTable Retractions { get; } = new(connection);

    public SettingTable Settings { get; } = new(connection);

    public HoursTable Hours { get; } = new(connection);

    public CallStepTable CallSteps { get; } = new(connection);

    public AuditTable Audit { get; } = new(connection);

    public OfflinePeriodTable OfflinePeriods { get; } = new(connection);

    public PendingPeriodTable PendingPeriods { get; } = new(connection);

    public RetentionStatements Retention { get; } = new(connection);

    public ErasureTable Erasures { get; } = new(connection);

    public ErasedIdTable ErasedIds { get; } = new(connection);

    public ErasableRows Erasable { get; } = new(connection);

    /// <inheritdoc cref="SqliteWriter.Write"/>
    public T Write<T>(Func<T> work) => _writer.Write(work);

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

    /// <summary>Closes the connection, and its statements with it.</summary>
    public void Dispose() => connection.Dispose();
}
