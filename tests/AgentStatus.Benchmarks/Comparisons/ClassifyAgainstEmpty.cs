using AgentStatus.Benchmarks.Load;
using AgentStatus.Benchmarks.Processes;
using AgentStatus.Benchmarks.Running;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What the service adds to gRPC itself.</summary>
internal sealed class ClassifyAgainstEmpty : IComparison
{
    private const string Comparison = "classify-empty";

    public string Name => Comparison;

    public string What => "ClassifyRingTarget against an empty handler on the same host";

    public IEnumerable<Row> Measure(Workbench bench)
    {
        LoadRounds[] loads = [new(1, 1), new(1, 32), new(8, 1), new(8, 32)];
        var sides = 0;
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => MeasureAll(bench.Large, ours: true),
            () => MeasureAll(bench.Empty, ours: false));
        return loads.SelectMany(load => load.Rows());

        void MeasureAll(ServerProcess server, bool ours)
        {
            foreach (var load in loads)
                load.Add(bench.Classify(server, bench.Sizes.Agents, load.Connections, load.Streams), ours);
            if (++sides % 2 == 0) bench.RestartServers();
        }
    }

    /// <summary>What is measured under one load; a pair of new processes a round.</summary>
    private sealed class LoadRounds(int connections, int streams)
    {
        private readonly Rounds _perSecond =
            new($"{Comparison}/{connections}x{streams}/throughput", "calls/s", Target.AtLeast(0.97));

        private readonly Rounds _p50 = new($"{Comparison}/{connections}x{streams}/p50", "us", Target.AtMost(1.05));
        private readonly Rounds _p99 = new($"{Comparison}/{connections}x{streams}/p99", "us", Target.AtMost(1.10));

        private readonly Rounds _cpu = new(
            $"{Comparison}/{connections}x{streams}/cpu",
            "us/call",
            Target.None,
            "the server's own CPU time, steadier than the clock");

        public int Connections => connections;

        public int Streams => streams;

        public void Add(LoadResult result, bool ours)
        {
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
