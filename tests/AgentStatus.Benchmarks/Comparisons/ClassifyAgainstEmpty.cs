using AgentStatus.Benchmarks.Load;
using AgentStatus.Benchmarks.Running;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What the service adds to gRPC itself.</summary>
internal sealed class ClassifyAgainstEmpty : IComparison
{
    public string Name => "classify-empty";

    public string What => "ClassifyRingTarget against an empty handler on the same host";

    public IEnumerable<Row> Measure(Workbench bench)
    {
        foreach (var (connections, streams) in new[] { (1, 1), (1, 32), (8, 1), (8, 32) })
        {
            var load = $"{Name}/{connections}x{streams}";
            var perSecond = new Rounds($"{load}/throughput", "calls/s", Target.AtLeast(0.97));
            var p50 = new Rounds($"{load}/p50", "us", Target.AtMost(1.05));
            var p99 = new Rounds($"{load}/p99", "us", Target.AtMost(1.10));
            var cpu =
                new Rounds($"{load}/cpu", "us/call", Target.None, "the server's own CPU time, steadier than the clock");
            Rounds.Interleave(
                bench.Sizes.Rounds,
                () => Add(bench.Classify(bench.Large, bench.Sizes.Agents, connections, streams),
                    (rounds, value) => rounds.AddOurs(value)),
                () => Add(bench.Classify(bench.Empty, bench.Sizes.Agents, connections, streams),
                    (rounds, value) => rounds.AddTheirs(value)));
            yield return perSecond.Compared();
            yield return p50.Compared();
            yield return p99.Compared();
            yield return cpu.Compared();

            void Add(LoadResult result, Action<Rounds, double> to)
            {
                to(perSecond, result.PerSecond);
                to(p50, result.P50Microseconds);
                to(p99, result.P99Microseconds);
                to(cpu, result.CpuMicroseconds);
            }
        }
    }
}
