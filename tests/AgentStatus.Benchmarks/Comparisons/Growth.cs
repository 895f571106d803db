namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What a thousand times as many agents cost a request.</summary>
internal sealed class Growth() : Comparison(
    "growth", "ClassifyRingTarget with all agents in memory against few of them")
{
    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var p50 = new Rounds($"{Name}/1x1 p50", "us", Target.AtMost(1.1));
        var perSecond =
            new Rounds(
                $"{Name}/8x32 time a request", "us/request", Target.AtMost(1.1), "the inverse of the throughput");
        var cpu = new Rounds($"{Name}/8x32 cpu", "us/request", Target.AtMost(1.1));
        var (large, small) = (bench.Large, bench.Small);
        var (agents, few) = (bench.Sizes.Agents, bench.Sizes.FewAgents);
        yield return p50.Compare(
            bench.Sizes.Rounds,
            () => bench.Classify(large, agents, 1, 1).P50Microseconds,
            () => bench.Classify(small, few, 1, 1).P50Microseconds);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var ours = bench.Classify(large, agents, 8, 32);
                perSecond.AddOurs(1e6 / ours.PerSecond);
                cpu.AddOurs(ours.CpuMicroseconds);
            },
            () =>
            {
                var theirs = bench.Classify(small, few, 8, 32);
                perSecond.AddTheirs(1e6 / theirs.PerSecond);
                cpu.AddTheirs(theirs.CpuMicroseconds);
            });
        yield return perSecond.Compared();
        yield return cpu.Compared();
    }
}
