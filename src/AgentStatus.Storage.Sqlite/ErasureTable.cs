namespace AgentStatus.Storage.Sqlite;

/// <summary>The table erasures: those that are under way, and what they have erased so far. A row goes when its erasure
/// has ended.</summary>
internal sealed class ErasureTable(SqliteConnection connection)
{
    public const string Script = """
        CREATE TABLE erasures (
            company_id INTEGER NOT NULL,
            agent_id INTEGER NOT NULL,
            begun_at INTEGER NOT NULL,
            events INTEGER NOT NULL DEFAULT 0,
            retractions INTEGER NOT NULL DEFAULT 0,
            call_steps INTEGER NOT NULL DEFAULT 0,
            offline_periods INTEGER NOT NULL DEFAULT 0,
            hours_versions INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (company_id, agent_id)
        ) STRICT, WITHOUT ROWID;

        """;

    private const string Counts = "events, retractions, call_steps, offline_periods, hours_versions";

    private const string IsOne = "company_id = $company_id AND agent_id = $agent_id";

    private readonly SqliteCommand _add = connection.Statement(
        """
        INSERT INTO erasures (company_id, agent_id, begun_at) VALUES ($company_id, $agent_id, $begun_at)
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteCommand _count = connection.Statement(
        $"""
        UPDATE erasures SET events = events + $events, retractions = retractions + $retractions,
            call_steps = call_steps + $call_steps, offline_periods = offline_periods + $offline_periods,
            hours_versions = hours_versions + $hours_versions
        WHERE {IsOne}
        """);

    private readonly SqliteCommand _counts = connection.Statement($"SELECT {Counts} FROM erasures WHERE {IsOne}");

    private readonly SqliteCommand _remove = connection.Statement($"DELETE FROM erasures WHERE {IsOne}");

    private readonly SqliteCommand _read = connection.Statement(
        "SELECT company_id, agent_id FROM erasures ORDER BY begun_at, company_id, agent_id");

    public void Add(Erasure erasure, long nowMs) => _add.Execute(erasure.CompanyId, erasure.AgentId, nowMs);

    public IReadOnlyList<Erasure> Read() => _read.ReadRows(row => new Erasure(row.GetInt64(0), row.GetInt64(1)));

    /// <summary>Adds what a portion erased.</summary>
    public void Count(Erasure erasure, ErasedCounts erased) => _count.Execute(
        erased.Events, erased.Retractions, erased.CallSteps, erased.OfflinePeriods, erased.HoursVersions,
        erasure.CompanyId, erasure.AgentId);

    /// <summary>What has been erased so far.</summary>
    public ErasedCounts CountsOf(Erasure erasure) => _counts.Bind(erasure.CompanyId, erasure.AgentId).ReadRows(
        row => new ErasedCounts(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4))).FirstOrDefault();

    public void Remove(Erasure erasure) => _remove.Execute(erasure.CompanyId, erasure.AgentId);
}
