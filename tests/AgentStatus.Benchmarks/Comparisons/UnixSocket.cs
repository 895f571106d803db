namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What a routing engine on the same machine saves by a socket file.</summary>
internal sealed class UnixSocket() : Comparison(
    "unix-socket", "ClassifyRingTarget over a socket file, against a port of the loopback address")
{
    private const int Turns = 3;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        LoadRounds[] loads = [new(1, 1), new(8, 32)];
        var agents = bench.Sizes.FewAgents;
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            var file = Path.Combine(bench.NewDirectory("sockets"), $"{round}.sock");
            using var ours = MeasuredServer.StartOnFile(bench.Store(agents), file);
            using var theirs = MeasuredServer.Start(bench.OtherStore(agents));
            foreach (var server in (MeasuredServer[])[ours, theirs])
                bench.Classify(server, agents, connections: 2, streams: 32, bench.Sizes.Warmup);
            foreach (var load in loads)
                Rounds.Interleave(Turns, () => load.Add(bench, ours, true), () => load.Add(bench, theirs, false));
        }

        return loads.SelectMany(load => load.Rows());
    }

    private sealed class LoadRounds(int connections, int streams)
    {
        private readonly Rounds _p50 = new(
            $"unix-socket/{connections}x{streams} p50", "us", streams == 1 ? Target.AtMost(0.8) : Target.None);

        private readonly Rounds _cpu = new($"unix-socket/{connections}x{streams} cpu", "us/request", Target.None);

        public void Add(Workbench bench, MeasuredServer server, bool isOurs)
        {
            var result = bench.Classify(
                server, bench.Sizes.FewAgents, connections, streams, bench.Sizes.Round / Turns);
            foreach (var (rounds, value) in (ReadOnlySpan<(Rounds, double)>)
                [(_p50, result.P50Microseconds), (_cpu, result.CpuMicroseconds)])
            {
                if (isOurs) rounds.AddOurs(value);
                else rounds.AddTheirs(value);
            }
        }

        public IEnumerable<Row> Rows() => [_p50.Compared(), _cpu.Compared()];
    }
}
