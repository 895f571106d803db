namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>A whole ring group in one request.</summary>
internal sealed class GroupAgainstRedis() : Comparison(
    "group-redis",
    "ClassifyRingTargets, 50 targets a request, against redis GET, pipeline of 50: by the servers' CPU time")
{
    private const int Connections = 8;
    private const int Targets = 50;

    /// <summary>Ring groups in a closed loop, on 8 connections.</summary>
    public static LoadResult Load(
        Workbench bench, MeasuredServer server, int agents, int streams, TimeSpan duration) => ClosedLoop.Run(
        [
            .. Enumerable.Range(1, Connections).Select(seed => new UnaryCaller(
                server.Route,
                RingQuestions.Group,
                streams,
                RingQuestions.OfGroup(seed, agents, Targets, bench.RingAt),
                RingQuestions.CheckGroup)),
        ],
        duration,
        server.CpuSeconds);

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        const string Unit = "targets/CPU s";
        var (agents, round) = (bench.Sizes.Agents, bench.Sizes.Round);
        Load(bench, bench.Large, agents, 32, bench.Sizes.Warmup);
        MissingPeerException? missing = null;
        RedisServer? server = null;
        try
        {
            server = bench.Redis;
            server.Load(agents);
        }
        catch (MissingPeerException failure)
        {
            missing = failure;
        }

        var requests = (int)(400_000 * round.TotalSeconds);
        foreach (var streams in new[] { 1, 32 })
        {
            var unary = new Rounds(
                $"{Name}/unary 8x{streams}", Unit, Target.AtLeast(25),
                "against ClassifyRingTarget under the same load");
            var redis = new Rounds(
                $"{Name}/redis 8x{streams}", Unit, Target.AtLeast(2),
                $"redis with as many pipelines under way: a connection for each, {Connections} and {Connections * 32}");
            Rounds.Interleave(
                bench.Sizes.Rounds,
                () =>
                {
                    var ours = 1e6 * Targets / Load(bench, bench.Large, agents, streams, round).CpuMicroseconds;
                    unary.AddOurs(ours);
                    redis.AddOurs(ours);
                },
                () => unary.AddTheirs(1e6 / bench.Classify(bench.Large, agents, Connections, streams).CpuMicroseconds),
                () =>
                {
                    if (server?.Get(Connections * streams, Targets, requests) is { } theirs)
                        redis.AddTheirs(1e6 / theirs.CpuMicroseconds);
                });
            yield return unary.Compared();
            if (missing is null) yield return redis.Compared();
        }

        if (missing is not null) throw missing;
    }
}
