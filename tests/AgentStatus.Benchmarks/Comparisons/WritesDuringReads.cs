namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What writers cost readers.</summary>
internal sealed class WritesDuringReads() : Comparison(
    "writes-during-reads",
    "ClassifyRingTarget while 1,000 status changes a second are recorded, or rings kept, against none")
{
    private const int WritesPerSecond = 1_000;

    /// <summary>Turns of each side in a round, each a part of it. What the machine does in one second is not what it
    /// does in the next: only turns that lie close together see the same, and only many of them have a median that
    /// stays. Shorter ones would leave the copying of the log, every few seconds, out of the median.</summary>
    private const int Turns = 3;

    /// <summary>Of the random agents of the further requests.</summary>
    private const int Seed = 99;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using (Writes(bench)) Read(bench, 1, 32, bench.Sizes.Warmup);
        foreach (var (connections, streams) in new[] { (1, 1), (1, 32) })
        {
            var load = $"{Name}/{connections}x{streams}";
            var perSecond = new Rounds($"{load}/throughput", "requests/s", Target.AtLeast(0.9));
            var p50 = new Rounds($"{load}/p50", "us", Target.AtMost(1.1));
            var further = new Rounds(
                $"{load}/throughput, as many further reads", "requests/s", Target.None,
                "1,000 further reads a second in place of the writes, against none: what the requests alone cost");
            var kept = new Rounds(
                $"{load}/throughput, as many rings kept", "requests/s", Target.AtLeast(0.97),
                "1,000 rings a second kept in place of the writes, against the writes");
            Rounds.Interleave(
                bench.Sizes.Rounds * Turns,
                () =>
                {
                    using var writes = Writes(bench);
                    var ours = Read(bench, connections, streams);
                    perSecond.AddOurs(ours.PerSecond);
                    kept.AddTheirs(ours.PerSecond);
                    p50.AddOurs(ours.P50Microseconds);
                },
                () =>
                {
                    var theirs = Read(bench, connections, streams);
                    perSecond.AddTheirs(theirs.PerSecond);
                    p50.AddTheirs(theirs.P50Microseconds);
                    further.AddTheirs(theirs.PerSecond);
                },
                () =>
                {
                    using var reads = FurtherReads(bench);
                    further.AddOurs(Read(bench, connections, streams).PerSecond);
                },
                () =>
                {
                    using var rings = Rings(bench);
                    kept.AddOurs(Read(bench, connections, streams).PerSecond);
                });
            yield return perSecond.Compared();
            yield return p50.Compared();
            yield return further.Compared();
            yield return kept.Compared();
        }
    }

    private static PacedRequests Writes(Workbench bench) => new(
        bench.Large.Route, StatusReports.Method, new StatusReports(Seed, bench.Sizes.Agents).NextRequest,
        WritesPerSecond);

    private static PacedRequests Rings(Workbench bench) => new(
        bench.Large.Route, RingQuestions.Unary, RingQuestions.OneToKeep(Seed, bench.Sizes.Agents, bench.RingAt),
        WritesPerSecond);

    private static PacedRequests FurtherReads(Workbench bench) => new(
        bench.Large.Route, RingQuestions.Unary, RingQuestions.One(Seed, bench.Sizes.Agents, bench.RingAt),
        WritesPerSecond);

    private static LoadResult Read(Workbench bench, int connections, int streams, TimeSpan? duration = null) =>
        bench.Classify(bench.Large, bench.Sizes.Agents, connections, streams, duration ?? bench.Sizes.Round / Turns);
}
