namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The current status, asked of Redis: no history, no evidence, no classification.</summary>
internal sealed class ClassifyAgainstRedis() : Comparison(
    "classify-redis", "ClassifyRingTarget against redis GET, not pipelined, 8 connections (reported, no target)")
{
    private const int Connections = 8;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        bench.Redis.Load(bench.Sizes.Agents);
        var requests = (int)(50_000 * bench.Sizes.Round.TotalSeconds);
        var perSecond = new Rounds($"{Name}/throughput", "requests/s", Target.None);
        var cpu = new Rounds($"{Name}/cpu", "us/request", Target.None);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var ours = bench.Classify(bench.Large, bench.Sizes.Agents, Connections, 1);
                perSecond.AddOurs(ours.PerSecond);
                cpu.AddOurs(ours.CpuMicroseconds);
            },
            () =>
            {
                var theirs = bench.Redis.Get(Connections, pipeline: 1, requests);
                perSecond.AddTheirs(theirs.PerSecond);
                cpu.AddTheirs(theirs.CpuMicroseconds);
            });
        yield return perSecond.Compared();
        yield return cpu.Compared();
    }
}
