namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What the service adds to gRPC itself.</summary>
internal sealed class ClassifyAgainstEmpty() : Comparison(
    Prefix, "ClassifyRingTarget against an empty handler on the same host")
{
    private const string Prefix = "classify-empty";

    /// <summary>Turns of a load in a round. Of one process, one second's p99 is twice another's: few long turns leave
    /// their median to luck.</summary>
    private const int Turns = 4;

    /// <summary>Rounds of a pair of processes: what the compiler and the scheduler made of one lasts as long as it
    /// does.</summary>
    private const int RoundsOfAPair = 2;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        LoadRounds[] loads = [new(1, 1), new(1, 32), new(8, 1), new(8, 32)];
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            foreach (var load in loads)
                Rounds.Interleave(Turns, () => load.Measure(bench, ours: true), () => load.Measure(bench, ours: false));
            if (round % RoundsOfAPair == RoundsOfAPair - 1) bench.RestartServers();
        }

        return loads.SelectMany(load => load.Rows());
    }

    /// <summary>What is measured under one load; a new pair of processes now and then.</summary>
    private sealed class LoadRounds(int connections, int streams)
    {
        private readonly Rounds _perSecond =
            new($"{Prefix}/{connections}x{streams}/throughput", "requests/s", Target.AtLeast(0.97));

        private readonly Rounds _p50 = new($"{Prefix}/{connections}x{streams}/p50", "us", Target.AtMost(1.05));
        private readonly Rounds _p99 = new($"{Prefix}/{connections}x{streams}/p99", "us", Target.AtMost(1.10));

        private readonly Rounds _cpu = new(
            $"{Prefix}/{connections}x{streams}/cpu",
            "us/request",
            Target.None,
            "the server's own CPU time, steadier than the clock");

        public void Measure(Workbench bench, bool ours)
        {
            var server = ours ? bench.Large : bench.Empty;
            var result = bench.Classify(server, bench.Sizes.Agents, connections, streams, bench.Sizes.Round / Turns);
            Add(_perSecond, result.PerSecond, ours);
            Add(_p50, result.P50Microseconds, ours);
            Add(_p99, result.P99Microseconds, ours);
            Add(_cpu, result.CpuMicroseconds, ours);
        }

        public IEnumerable<Row> Rows() => [_perSecond.Compared(), _p50.Compared(), _p99.Compared(), _cpu.Compared()];

        private static void Add(Rounds rounds, double value, bool ours)
        {
            if (ours) rounds.AddOurs(value);
            else rounds.AddTheirs(value);
        }
    }
}
