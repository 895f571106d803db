namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Whether a server is at the end of a long time as it was at its beginning.</summary>
internal sealed class Soak() : Comparison(
    "soak",
    "1,000 events, 5,000 rings and a breakdown a second with 100 watchers: the last sixth against the first; "
    + "nothing without --soak")
{
    private const int EventsPerSecond = 1_000;
    private const int RingsPerSecond = 5_000;
    private const int Watching = 100;
    private const int WatchingConnections = 4;
    private const int Seed = 78;
    private const double BytesPerEvent = 8;

    /// <summary>An hour has ten minutes at its beginning and at its end.</summary>
    private const int Sixths = 6;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        if (bench.Sizes.Soak == TimeSpan.Zero) yield break;
        var agents = bench.Sizes.RenewedAgents;
        using var server = MeasuredServer.Start(bench.OtherStore(agents, number: 2));
        var events = new StatusReports(Seed, agents);
        var month = ClassifyBesideAll.Month(bench);
        var rings = new OpenLoop(
            server.Route, RingQuestions.Unary, RingQuestions.One(Seed, agents, bench.RingAt), connections: 8);
        var parts = new List<Sixth>();

        // The loads beside the rings throw at the first refusal.
        using (new PacedRequests(server.Route, StatusReports.Method, events.NextRequest, EventsPerSecond))
        using (new PacedRequests(server.Route, BreakdownOverGrpc.Method, () => month, 1))
        using (new Watchers(
            server.Route, SampleAgents.FirstCompanyId, WatchingConnections, Watching / WatchingConnections))
        {
            rings.Run(RingsPerSecond, bench.Sizes.Warmup);
            var started = Stopwatch.GetTimestamp();
            for (var sixth = 1; sixth <= Sixths; sixth++)
            {
                var result = rings.Run(RingsPerSecond, bench.Sizes.Soak / Sixths);
                var recorded = EventsPerSecond * Stopwatch.GetElapsedTime(started).TotalSeconds;
                parts.Add(new(
                    result, server.ResidentBytes() / 1e6, (server.ResidentBytes() - (BytesPerEvent * recorded)) / 1e6));
                Workbench.Say(FormattableString.Invariant(
                    $"{sixth}/{Sixths}: p99 {result.AcceptedP99Ms:0.000} ms, {parts[^1].ResidentMb:0.0} MB"));
            }
        }

        var length = FormattableString.Invariant($"{bench.Sizes.Soak.TotalMinutes:0} minutes");
        yield return Figure("memory", "MB", Target.None, part => part.ResidentMb, length);
        yield return Figure(
            "memory without the events", "MB", Target.AtMost(1.05), part => part.OwnMb,
            $"{length}; less 8 bytes for each event recorded");
        yield return Figure("p99", "ms", Target.AtMost(1.05), part => part.Rings.AcceptedP99Ms, length);
        yield return Figure(
            "rings answered", "requests/s", Target.AtLeast(0.99), part => part.Rings.AcceptedPerSecond, length);

        Row Figure(string what, string unit, Target target, Func<Sixth, double> figure, string note)
        {
            var row = new Rounds($"{Name}/{what}", unit, target, note);
            row.Add(figure(parts[^1]), figure(parts[0]));
            return row.Compared();
        }
    }

    /// <summary>What was seen of it.</summary>
    /// <param name="OwnMb">Memory less what the recorded events take.</param>
    private readonly record struct Sixth(OpenLoopResult Rings, double ResidentMb, double OwnMb);
}
