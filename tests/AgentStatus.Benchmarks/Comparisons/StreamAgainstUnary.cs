using AgentStatus.Benchmarks.Load;
using AgentStatus.Benchmarks.Running;
using AgentStatus.Benchmarks.Samples;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>One stream for all of a caller's ring groups.</summary>
internal sealed class StreamAgainstUnary : IComparison
{
    private const int Outstanding = 32;

    public string Name => "stream-unary";

    public string What =>
        "StreamRingTargets, 1 target a message, against ClassifyRingTarget; 1 connection, 32 outstanding";

    public IEnumerable<Row> Measure(Workbench bench)
    {
        var byCpu = new Rounds($"{Name}/by CPU", "messages/CPU s", Target.AtLeast(3));
        var perSecond = new Rounds($"{Name}/throughput", "messages/s", Target.None);
        var p50 = new Rounds($"{Name}/p50", "us", Target.None);
        Stream(bench, bench.Sizes.Warmup);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => Add(Stream(bench), (rounds, value) => rounds.AddOurs(value)),
            () => Add(
                bench.Classify(bench.Large, bench.Sizes.Agents, connections: 1, streams: Outstanding),
                (rounds, value) => rounds.AddTheirs(value)));
        yield return byCpu.Compared();
        yield return perSecond.Compared();
        yield return p50.Compared();

        void Add(LoadResult result, Action<Rounds, double> to)
        {
            to(byCpu, 1e6 / result.CpuMicroseconds);
            to(perSecond, result.PerSecond);
            to(p50, result.P50Microseconds);
        }
    }

    private static LoadResult Stream(Workbench bench, TimeSpan? duration = null) => ClosedLoop.Run(
        [
            new StreamCaller(
                bench.Large.Port,
                RingQuestions.Stream,
                Outstanding,
                RingQuestions.OnStream(1, bench.Sizes.Agents, targets: 1, bench.RingAt),
                RingQuestions.CheckStream),
        ],
        bench.Sizes.Round,
        bench.Large.CpuSeconds);
}
