using AgentStatus.Benchmarks.Load;
using AgentStatus.Benchmarks.Running;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What writers cost readers.</summary>
internal sealed class WritesDuringReads : IComparison
{
    private const int WritesPerSecond = 1_000;

    public string Name => "writes-during-reads";

    public string What => "ClassifyRingTarget while 1,000 status changes a second are recorded, against none";

    public IEnumerable<Row> Measure(Workbench bench)
    {
        foreach (var (connections, streams) in new[] { (1, 1), (1, 32) })
        {
            var load = $"{Name}/{connections}x{streams}";
            var perSecond = new Rounds($"{load}/throughput", "calls/s", Target.AtLeast(0.9));
            var p50 = new Rounds($"{load}/p50", "us", Target.AtMost(1.1));
            Rounds.Interleave(
                bench.Sizes.Rounds,
                () =>
                {
                    using var writes = new PacedWrites(bench.Large.Port, bench.Sizes.Agents, WritesPerSecond);
                    var ours = bench.Classify(bench.Large, bench.Sizes.Agents, connections, streams);
                    perSecond.AddOurs(ours.PerSecond);
                    p50.AddOurs(ours.P50Microseconds);
                },
                () =>
                {
                    var theirs = bench.Classify(bench.Large, bench.Sizes.Agents, connections, streams);
                    perSecond.AddTheirs(theirs.PerSecond);
                    p50.AddTheirs(theirs.P50Microseconds);
                });
            yield return perSecond.Compared();
            yield return p50.Compared();
        }
    }
}
