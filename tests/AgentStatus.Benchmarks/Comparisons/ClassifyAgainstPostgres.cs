namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The status as of an instant, asked of PostgreSQL.</summary>
internal sealed class ClassifyAgainstPostgres() : Comparison(
    "classify-postgres", "ClassifyRingTarget against a prepared, indexed query of PostgreSQL, 8 connections")
{
    private const int Connections = 8;
    private const string Table = "effective_statuses";

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var postgres = bench.Postgres;
        var agents = bench.Sizes.Agents;
        Workbench.Say($"filling PostgreSQL with {agents:N0} agents");
        EffectiveTable.Create(
            postgres, Table, SampleTimelines.Of(agents, bench.Sizes.EventsPerAgent, bench.SampleFromMs,
                bench.SampleToMs),
            bench.SampleFromMs, bench.NowMs);
        var script = WriteScript(bench);
        PgBench.Run(postgres.Port, script, Connections, bench.Sizes.Warmup);
        foreach (var streams in new[] { 1, 32 })
        {
            var pgbench = new Rounds(
                $"{Name}/8x{streams} pgbench", "requests/s", Target.AtLeast(4),
                "PostgreSQL asked by pgbench, a query at a time each");
            var npgsql = new Rounds(
                $"{Name}/8x1 Npgsql", "requests/s", Target.AtLeast(4),
                "PostgreSQL asked by Npgsql, a query at a time each");
            Rounds.Interleave(
                bench.Sizes.Rounds,
                () =>
                {
                    var ours = bench.Classify(bench.Large, agents, Connections, streams).PerSecond;
                    pgbench.AddOurs(ours);
                    npgsql.AddOurs(ours);
                },
                () => pgbench.AddTheirs(PgBench.Run(postgres.Port, script, Connections, bench.Sizes.Round)),
                () =>
                {
                    if (streams == 1) npgsql.AddTheirs(Npgsql(bench).PerSecond);
                });
            yield return pgbench.Compared();
            if (streams == 1) yield return npgsql.Compared();
        }
    }

    private static LoadResult Npgsql(Workbench bench) => ClosedLoop.Run(
        [
            .. Enumerable.Range(1, Connections).Select(seed =>
                new NpgsqlCaller(bench.Postgres, Table, seed, bench.Sizes.Agents, bench.NowMs)),
        ],
        bench.Sizes.Round,
        () => 0);

    private static string WriteScript(Workbench bench)
    {
        var script = Path.Combine(bench.NewDirectory("pgbench"), "as-of.sql");
        var instant = bench.RingAt.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        File.WriteAllText(script, $"""
            \set number random(0, {bench.Sizes.Agents - 1})
            \set company {SampleAgents.FirstCompanyId} + :number / {SampleAgents.PerCompany}
            \set agent {SampleAgents.FirstAgentId} + :number
            SELECT status, origin, started_at FROM {Table}
                WHERE company_id = :company AND agent_id = :agent AND started_at <= '{instant}+00'
                ORDER BY started_at DESC LIMIT 1;

            """);
        return script;
    }
}
