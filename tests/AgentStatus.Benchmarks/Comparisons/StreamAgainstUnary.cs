namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>One stream for all of a caller's ring groups.</summary>
internal sealed class StreamAgainstUnary() : Comparison(
    "stream-unary", "StreamRingTargets, 1 target a message, against ClassifyRingTarget; 1 connection, 32 outstanding")
{
    private const int Outstanding = 32;

    /// <summary>Connections that keep the server's threads from waiting.</summary>
    private const int Saturating = 8;

    private const string Unit = "messages/CPU s";

    /// <summary>Streams in a closed loop, one on each connection.</summary>
    public static LoadResult Load(
        Workbench bench, MeasuredServer server, int agents, int connections, TimeSpan duration) => ClosedLoop.Run(
        [
            .. Enumerable.Range(1, connections).Select(seed => new StreamCaller(
                server.Route,
                RingQuestions.Stream,
                Outstanding,
                RingQuestions.OnStream(seed, agents, targets: 1, bench.RingAt),
                RingQuestions.CheckStream)),
        ],
        duration,
        server.CpuSeconds);

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var byCpu = new Rounds($"{Name}/by CPU", Unit, Target.AtLeast(3));
        var perSecond = new Rounds($"{Name}/throughput", "messages/s", Target.None);
        var p50 = new Rounds($"{Name}/p50", "us", Target.None);
        Stream(bench, 1, bench.Sizes.Warmup);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () => Add(Stream(bench, 1), (rounds, value) => rounds.AddOurs(value)),
            () => Add(Unary(bench, 1), (rounds, value) => rounds.AddTheirs(value)));
        yield return byCpu.Compared();
        yield return perSecond.Compared();
        yield return p50.Compared();

        var saturated = new Rounds(
            $"{Name}/by CPU, {Saturating} connections", Unit, Target.None,
            "with one connection the server's threads wait for the load by spinning, which counts as CPU time");
        yield return saturated.Compare(
            bench.Sizes.Rounds,
            () => 1e6 / Stream(bench, Saturating).CpuMicroseconds,
            () => 1e6 / Unary(bench, Saturating).CpuMicroseconds);

        void Add(LoadResult result, Action<Rounds, double> to)
        {
            to(byCpu, 1e6 / result.CpuMicroseconds);
            to(perSecond, result.PerSecond);
            to(p50, result.P50Microseconds);
        }
    }

    private static LoadResult Unary(Workbench bench, int connections) =>
        bench.Classify(bench.Large, bench.Sizes.Agents, connections, Outstanding);

    private static LoadResult Stream(Workbench bench, int connections, TimeSpan? duration = null) =>
        Load(bench, bench.Large, bench.Sizes.Agents, connections, duration ?? bench.Sizes.Round);
}
