namespace AgentStatus.Storage.Sqlite;

/// <summary>A connection and its statements, each compiled at its first use and kept. One thread at a time.</summary>
internal sealed class SqliteSession(SqliteFile file, SqliteConnection connection) : IDisposable
{
    private readonly SqliteWriter _writer = new(file, connection);

    public EventTable Events { get; } = new(connection);

    public AgentRanges Ranges { get; } = new(connection);

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

    /// <inheritdoc cref="SqliteWriter.TryEmptyLog"/>
    public bool TryEmptyLog() => _writer.TryEmptyLog();

    /// <summary>Closes the connection, and its statements with it.</summary>
    public void Dispose() => connection.Dispose();
}
