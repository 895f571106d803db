using AgentStatus.Benchmarks.Load;
using AgentStatus.Benchmarks.Processes;
using AgentStatus.Benchmarks.Running;
using AgentStatus.Benchmarks.Samples;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>A whole ring group in one call.</summary>
internal sealed class GroupAgainstRedis : IComparison
{
    private const int Connections = 8;
    private const int Targets = 50;

    public string Name => "group-redis";

    public string What =>
        "ClassifyRingTargets, 50 targets a call, against redis GET, pipeline of 50: by the servers' CPU time";

    public IEnumerable<Row> Measure(Workbench bench)
    {
        const string Unit = "targets/CPU s";
        var redis = new Rounds($"{Name}/redis", Unit, Target.AtLeast(2));
        const string Unary = "against ClassifyRingTarget under the same load";
        var unary = new Rounds($"{Name}/unary 8x1", Unit, Target.AtLeast(25), Unary);
        var unaryBusy = new Rounds($"{Name}/unary 8x32", Unit, Target.AtLeast(25), Unary);
        Group(bench, bench.Large, 32, bench.Sizes.Warmup);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => unary.AddOurs(1e6 * Targets / Group(bench, bench.Large, 1).CpuMicroseconds),
            () => unary.AddTheirs(
                1e6 / bench.Classify(bench.Large, bench.Sizes.Agents, Connections, 1).CpuMicroseconds));
        yield return unary.Compared();
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => unaryBusy.AddOurs(1e6 * Targets / Group(bench, bench.Large, 32).CpuMicroseconds),
            () => unaryBusy.AddTheirs(
                1e6 / bench.Classify(bench.Large, bench.Sizes.Agents, Connections, 32).CpuMicroseconds));
        yield return unaryBusy.Compared();
        bench.Redis.Load(bench.Sizes.Agents);
        var requests = (int)(400_000 * bench.Sizes.Round.TotalSeconds);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => redis.AddOurs(1e6 * Targets / Group(bench, bench.Large, 1).CpuMicroseconds),
            () => redis.AddTheirs(1e6 / bench.Redis.Get(Connections, Targets, requests).CpuMicroseconds));
        yield return redis.Compared();
    }

    private static LoadResult Group(Workbench bench, ServerProcess server, int streams, TimeSpan? duration = null) => ClosedLoop.Run(
        [
            .. Enumerable.Range(1, Connections).Select(seed => new UnaryCaller(
                server.Port,
                RingQuestions.Group,
                streams,
                RingQuestions.OfGroup(seed, bench.Sizes.Agents, Targets, bench.RingAt),
                RingQuestions.CheckGroup)),
        ],
        duration ?? bench.Sizes.Round,
        server.CpuSeconds);
}
