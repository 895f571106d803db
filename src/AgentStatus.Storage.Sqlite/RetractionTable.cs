namespace AgentStatus.Storage.Sqlite;

/// <summary>The table retractions, or spooled_retractions, which has the same columns and a number.</summary>
internal sealed class RetractionTable(SqliteConnection connection, string table = "retractions")
{
    public const string ColumnsScript = """
        company_id INTEGER NOT NULL,
        event_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        actor TEXT NOT NULL,
        recorded_at INTEGER NOT NULL
        """;

    private const string Columns = "company_id, event_id, reason, actor, recorded_at";

    private readonly SqliteCommand _add = connection.Statement(
        $"""
        INSERT INTO {table} ({Columns}) VALUES ($company_id, $event_id, $reason, $actor, $recorded_at)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteCommand _find = connection.Statement(
        $"SELECT {Columns} FROM {table} WHERE company_id = $company_id AND event_id = $event_id");

    private readonly SqliteCommand _read = connection.Statement($"SELECT {Columns} FROM {table}");

    /// <summary>False: the event is retracted already.</summary>
    public bool Add(Retraction added) => 1 == _add.Execute(
        added.CompanyId, added.EventId, added.Reason, added.Actor, added.RecordedAtMs);

    public Retraction? Find(long companyId, string eventId) =>
        _find.Bind(companyId, eventId).ReadRows(Row) is [var found] ? found : null;

    public IReadOnlyList<Retraction> Read() => _read.ReadRows(Row);

    public static Retraction Row(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4));
}
