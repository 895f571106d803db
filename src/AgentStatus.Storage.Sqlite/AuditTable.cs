namespace AgentStatus.Storage.Sqlite;

/// <summary>The table audit_log: added to, never changed.</summary>
internal sealed class AuditTable(SqliteConnection connection)
{
    public const string Script = """
        CREATE TABLE audit_log (
            recorded_at INTEGER NOT NULL,
            entry_id TEXT NOT NULL,
            identity TEXT NOT NULL,
            address TEXT NOT NULL,
            rpc TEXT NOT NULL,
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            event_id TEXT NOT NULL,
            outcome TEXT NOT NULL,
            PRIMARY KEY (recorded_at, entry_id)
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX audit_log_by_company ON audit_log (company_id, recorded_at);

        """;

    private const string Columns =
        "recorded_at, entry_id, identity, address, rpc, company_id, agent_id, event_id, outcome";

    private readonly SqliteCommand _add = connection.Statement(
        $"""
        INSERT INTO audit_log ({Columns})
        VALUES ($recorded_at, $entry_id, $identity, $address, $rpc, $company_id, $agent_id, $event_id, $outcome)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteCommand _read = connection.Statement(ReadOf(""));

    private readonly SqliteCommand _readCompany = connection.Statement(ReadOf("company_id = $company_id AND "));

    public void Add(AuditEntry entry) => _add.Execute(
        entry.AtMs, entry.Id, entry.Identity, entry.Address, entry.Rpc, entry.CompanyId, entry.AgentId, entry.EventId,
        entry.Outcome);

    /// <summary>See <see cref="IAuditStore.Read"/>.</summary>
    public IReadOnlyList<AuditEntry> Read(AuditQuery query, int most)
    {
        var found = query.CompanyId == 0
            ? _read.Bind(query.FromMs, query.ToMs, query.AfterId, most)
            : _readCompany.Bind(query.CompanyId, query.FromMs, query.ToMs, query.AfterId, most);
        return found.ReadRows(row => new AuditEntry(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5),
            row.GetInt64(6), row.GetString(7), row.GetString(8)));
    }

    private static string ReadOf(string ofCompany) =>
        $"""
        SELECT {Columns} FROM audit_log WHERE {ofCompany}recorded_at >= $from AND recorded_at < $to
            AND (recorded_at, entry_id) > ($from, $after)
        ORDER BY recorded_at, entry_id LIMIT $most
        """;
}

/// <summary>The audit log of a file. It is written without a sync: one for each entry cost retractions a quarter to a
/// half of their rate. The next event or retraction makes it durable; a crash of the machine can take back what came
/// after that.</summary>
/// <remarks>The id of an erased event does not come in, however late its entry comes.</remarks>
internal sealed class SqliteAuditLog(SqliteSession session, ReaderPool readers, SqliteErasure erasure) : IAuditStore
{
    public void Add(IReadOnlyList<AuditEntry> entries) => session.Write(() =>
    {
        foreach (var entry in entries)
        {
            var isErased = entry.EventId.Length > 0 && erasure.HasErased(session, entry.CompanyId, entry.EventId);
            session.Audit.Add(isErased ? entry with { EventId = "" } : entry);
        }

        return true;
    });

    public IReadOnlyList<AuditEntry> Read(AuditQuery query, int most) =>
        readers.Read(reader => reader.Audit.Read(query, most));
}
