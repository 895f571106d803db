namespace AgentStatus.Storage.Sqlite;

/// <summary>Agents in a row, by company and agent.</summary>
/// <param name="First">The least key that may be one of them.</param>
/// <param name="End">The first key that is none of them; null: all that follow are.</param>
internal readonly record struct AgentRange(AgentKey First, AgentKey? End)
{
    public static AgentRange All => new(new(long.MinValue, long.MinValue), null);
}

/// <summary>Cuts status_events into ranges of agents that can be read at the same time. By the ids alone, with a few
/// seeks: companies' and agents' ids are taken to be spread evenly, and where they are not, one range is longer than
/// another, so there are far more than readers.</summary>
internal sealed class AgentRanges(SqliteConnection connection)
{
    /// <summary>Of all companies, and again of the agents of each company that begins a part.</summary>
    private const int Parts = 32;

    private readonly SqliteCommand _companiesFrom = connection.Statement(
        "SELECT MIN(company_id) FROM status_events WHERE company_id >= $from");

    private readonly SqliteCommand _lastCompany = connection.Statement("SELECT MAX(company_id) FROM status_events");

    private readonly SqliteCommand _agents = connection.Statement(
        """
        SELECT (SELECT MIN(agent_id) FROM status_events WHERE company_id = $company_id),
            (SELECT MAX(agent_id) FROM status_events WHERE company_id = $company_id)
        """);

    /// <summary>Ranges that have all stored agents, in order.</summary>
    public IReadOnlyList<AgentRange> Read()
    {
        if (_lastCompany.ExecuteScalar() is not long last) return [];
        var first = _companiesFrom.Bind(long.MinValue).QueryNumber();
        AgentKey[] cuts =
        [
            .. Spread(first, last).Select(id => _companiesFrom.Bind(id).QueryNumber()).Distinct().SelectMany(AgentsOf),
        ];
        return [.. cuts.Select((cut, i) => new AgentRange(cut, i + 1 < cuts.Length ? cuts[i + 1] : null))];
    }

    private List<AgentKey> AgentsOf(long companyId)
    {
        using var row = _agents.Bind(companyId).ExecuteReader();
        row.Read();
        return [.. Spread(row.GetInt64(0), row.GetInt64(1)).Select(id => new AgentKey(companyId, id))];
    }

    /// <summary>Ids from the first to the last at even distances, both included.</summary>
    private static IEnumerable<long> Spread(long first, long last) => Enumerable.Range(0, Parts + 1)
        .Select(i => (long)(first + (((Int128)last - first) * i / Parts)))
        .Distinct();
}
