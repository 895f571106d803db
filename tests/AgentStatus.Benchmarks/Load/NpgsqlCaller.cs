using Npgsql;

namespace AgentStatus.Benchmarks.Load;

/// <summary>Asks PostgreSQL for the status as of an instant, on one connection, by a prepared statement.</summary>
internal sealed class NpgsqlCaller(PostgresServer postgres, string table, int seed, int agents, long instantMs) : Caller
{
    private readonly NpgsqlConnection _connection = postgres.Open();

    public override void Run()
    {
        using var command = new NpgsqlCommand(
            $"SELECT status, origin, started_at FROM {table} "
            + "WHERE company_id = $1 AND agent_id = $2 AND started_at <= $3 ORDER BY started_at DESC LIMIT 1",
            _connection);
        var company = new NpgsqlParameter<long>();
        var agent = new NpgsqlParameter<long>();
        command.Parameters.Add(company);
        command.Parameters.Add(agent);
        command.Parameters.Add(new NpgsqlParameter<DateTime>
        {
            TypedValue = DateTimeOffset.FromUnixTimeMilliseconds(instantMs).UtcDateTime,
        });
        command.Prepare();
        var random = new Random(seed);
        while (!IsStopping)
        {
            var startedAt = Stopwatch.GetTimestamp();
            var key = SampleAgents.Get(random.Next(agents));
            (company.TypedValue, agent.TypedValue) = (key.CompanyId, key.AgentId);
            using (var row = command.ExecuteReader())
            {
                if (!row.Read()) throw new InvalidOperationException("PostgreSQL does not know the agent.");
                _ = row.GetInt16(0);
            }

            Complete(startedAt, Stopwatch.GetTimestamp());
        }
    }

    public override void Dispose() => _connection.Dispose();
}
