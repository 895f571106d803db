using System.Globalization;
using AgentStatus.Benchmarks.Processes;
using AgentStatus.Benchmarks.Running;
using AgentStatus.Benchmarks.Samples;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The status as of an instant, asked of PostgreSQL.</summary>
internal sealed class ClassifyAgainstPostgres : IComparison
{
    private const int Connections = 8;
    private const string Table = "effective_statuses";

    public string Name => "classify-postgres";

    public string What => "ClassifyRingTarget against a prepared, indexed query of PostgreSQL, 8 connections";

    public IEnumerable<Row> Measure(Workbench bench)
    {
        var postgres = bench.Postgres;
        var agents = bench.Sizes.Agents;
        Workbench.Say($"filling PostgreSQL with {agents:N0} agents");
        EffectiveTable.Create(
            postgres, Table, SampleTimelines.Of(agents, bench.Sizes.EventsPerAgent, bench.SampleFromMs, bench.SampleToMs),
            bench.SampleFromMs, bench.NowMs);
        var script = Path.Combine(bench.NewDirectory("pgbench"), "as-of.sql");
        File.WriteAllText(script, string.Create(CultureInfo.InvariantCulture, $"""
            \set number random(0, {agents - 1})
            \set company {SampleAgents.FirstCompanyId} + :number / {SampleAgents.PerCompany}
            \set agent {SampleAgents.FirstAgentId} + :number
            SELECT status, origin, started_at FROM {Table} WHERE company_id = :company AND agent_id = :agent AND started_at <= '{bench.RingAt.ToDateTime():yyyy-MM-dd HH:mm:ss.fff}+00' ORDER BY started_at DESC LIMIT 1;

            """));
        PgBench.Run(postgres.Port, script, Connections, bench.Sizes.Warmup);

        var perSecond = new Rounds(
            $"{Name}/8 connections", "calls/s", Target.AtLeast(4), "PostgreSQL's load comes from pgbench, 8 queries at a time; ours 8x1");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => perSecond.AddOurs(bench.Classify(bench.Large, agents, Connections, 1).PerSecond),
            () => perSecond.AddTheirs(PgBench.Run(postgres.Port, script, Connections, bench.Sizes.Round)));
        yield return perSecond.Compared();
    }
}
