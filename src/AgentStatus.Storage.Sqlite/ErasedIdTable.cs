namespace AgentStatus.Storage.Sqlite;

/// <summary>The table erased_ids: hashes (<see cref="ErasedIds"/>) of what was erased.</summary>
internal sealed class ErasedIdTable(SqliteConnection connection)
{
    public const string Script = """
        CREATE TABLE erased_ids (
            company_id INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (company_id, hash)
        ) STRICT, WITHOUT ROWID;

        """;

    private readonly SqliteCommand _add = connection.Statement(
        "INSERT INTO erased_ids (company_id, hash) VALUES ($company_id, $hash) ON CONFLICT DO NOTHING");

    private readonly SqliteCommand _find = connection.Statement(
        "SELECT count(*) FROM erased_ids WHERE company_id = $company_id AND hash = $hash");

    /// <summary>One seek for each company, however many ids it has.</summary>
    private readonly SqliteCommand _companies = connection.Statement(
        """
        WITH RECURSIVE companies (id) AS (
            SELECT min(company_id) FROM erased_ids
            UNION ALL
            SELECT (SELECT min(company_id) FROM erased_ids WHERE company_id > id) FROM companies WHERE id IS NOT NULL)
        SELECT id FROM companies WHERE id IS NOT NULL
        """);

    public void Add(long companyId, byte[] hash) => _add.Execute(companyId, hash);

    public bool Contains(long companyId, byte[] hash) => _find.Bind(companyId, hash).QueryNumber() > 0;

    /// <summary>The companies of which anything was erased.</summary>
    public IReadOnlyList<long> ReadCompanies() => _companies.ReadRows(row => row.GetInt64(0));
}
