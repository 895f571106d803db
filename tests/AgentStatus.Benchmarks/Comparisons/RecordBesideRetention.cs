namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Whether writers notice that old events go.</summary>
internal sealed class RecordBesideRetention() : Comparison(
    "retention", "1,000 events a second, open loop, while most of the store is being deleted, against no such thing")
{
    private const int EventsPerSecond = 1_000;
    private const int Seed = 79;

    /// <summary>The samples are of three days.</summary>
    private const string KeepFor = "1.00:00:00";

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var agents = bench.Sizes.RenewedAgents;
        using var keeping = MeasuredServer.Start(bench.OtherStore(agents, number: 4));
        using var deleting = MeasuredServer.Start(
            bench.OtherStore(agents, number: 3), "--Retention:KeepFor", KeepFor);
        OpenLoop Load(MeasuredServer server) => new(
            server.Route, StatusReports.Method, new StatusReports(Seed, agents).NextRequest, connections: 8);
        var (ours, theirs) = (Load(deleting), Load(keeping));
        foreach (var load in (OpenLoop[])[ours, theirs]) load.Run(EventsPerSecond, bench.Sizes.Warmup);
        var p99 = new Rounds($"{Name}/record p99", "ms", Target.None, "a portion may take 10 ms");
        var p999 = new Rounds($"{Name}/record p99.9", "ms", Target.None);
        var cpu = new Rounds($"{Name}/cpu", "s/s", Target.None, "the server's own CPU time");
        void Add(OpenLoop load, MeasuredServer server, bool isOurs)
        {
            var before = server.CpuSeconds();
            var result = load.Run(EventsPerSecond, bench.Sizes.Round);
            var perSecond = (server.CpuSeconds() - before) / bench.Sizes.Round.TotalSeconds;
            foreach (var (rounds, value) in (ReadOnlySpan<(Rounds, double)>)
                [(p99, result.AcceptedP99Ms), (p999, result.AcceptedP999Ms), (cpu, perSecond)])
            {
                if (isOurs) rounds.AddOurs(value);
                else rounds.AddTheirs(value);
            }
        }

        Rounds.Interleave(
            bench.Sizes.Rounds, () => Add(ours, deleting, isOurs: true), () => Add(theirs, keeping, isOurs: false));
        return [p99.Compared(), p999.Compared(), cpu.Compared()];
    }
}
