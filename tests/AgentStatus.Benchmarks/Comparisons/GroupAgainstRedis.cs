namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>A whole ring group in one request.</summary>
internal sealed class GroupAgainstRedis() : Comparison(
    "group-redis",
    "ClassifyRingTargets, 50 targets a request, against redis GET, pipeline of 50: by the servers' CPU time")
{
    private const int Connections = 8;
    private const int Targets = 50;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        const string Unit = "targets/CPU s";
        const string Unary = "against ClassifyRingTarget under the same load";
        var unary = new Rounds($"{Name}/unary 8x1", Unit, Target.AtLeast(25), Unary);
        var unaryBusy = new Rounds($"{Name}/unary 8x32", Unit, Target.AtLeast(25), Unary);
        Group(bench, 32, bench.Sizes.Warmup);
        yield return unary.Compare(
            bench.Sizes.Rounds,
            () => 1e6 * Targets / Group(bench, 1).CpuMicroseconds,
            () => 1e6 / bench.Classify(bench.Large, bench.Sizes.Agents, Connections, 1).CpuMicroseconds);
        yield return unaryBusy.Compare(
            bench.Sizes.Rounds,
            () => 1e6 * Targets / Group(bench, 32).CpuMicroseconds,
            () => 1e6 / bench.Classify(bench.Large, bench.Sizes.Agents, Connections, 32).CpuMicroseconds);
        bench.Redis.Load(bench.Sizes.Agents);
        var requests = (int)(400_000 * bench.Sizes.Round.TotalSeconds);
        foreach (var streams in new[] { 1, 32 })
        {
            var redis = new Rounds(
                $"{Name}/redis 8x{streams}", Unit, Target.AtLeast(2),
                $"redis with as many pipelines under way: a connection for each, {Connections} and {Connections * 32}");
            yield return redis.Compare(
                bench.Sizes.Rounds,
                () => 1e6 * Targets / Group(bench, streams).CpuMicroseconds,
                () => 1e6 / bench.Redis.Get(Connections * streams, Targets, requests).CpuMicroseconds);
        }
    }

    private static LoadResult Group(Workbench bench, int streams, TimeSpan? duration = null) => ClosedLoop.Run(
        [
            .. Enumerable.Range(1, Connections).Select(seed => new UnaryCaller(
                bench.Large.Port,
                RingQuestions.Group,
                streams,
                RingQuestions.OfGroup(seed, bench.Sizes.Agents, Targets, bench.RingAt),
                RingQuestions.CheckGroup)),
        ],
        duration ?? bench.Sizes.Round,
        bench.Large.CpuSeconds);
}
