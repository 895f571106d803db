namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>More than the server can do: what it takes stays fast, the rest is refused at once.</summary>
internal sealed class Overload() : Comparison(
    "overload", "five times the requests that the server can do, open loop, against half of them: those it accepted")
{
    private const double Half = 0.5;
    private const double Over = 5;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using (var server = MeasuredServer.Start(bench.NewDirectory("overload-record")))
        {
            RecordLoad.Record(server, bench.Sizes.Warmup);
            var capacity = Capacity(() => RecordLoad.Record(server, bench.Sizes.Round));
            var reports = new StatusReports(1, RecordLoad.Agents);
            var load = new OpenLoop(server.Route, StatusReports.Method, reports.NextRequest, connections: 40);
            foreach (var row in Measure(bench, "record", load, capacity)) yield return row;
        }

        var month = new BreakdownCase(bench);
        var store = bench.Store(month);
        using (var server = MeasuredServer.Start(store, "--CompanySettings:Path", month.WriteSettings(store)))
        {
            var request = BreakdownOverGrpc.Request(month);
            LoadResult Most() => ClosedLoop.Run(
                [new UnaryCaller(server.Route, BreakdownOverGrpc.Method, 4, () => request, check: null)],
                bench.Sizes.Round, server.CpuSeconds);
            Most();
            var capacity = Capacity(Most);
            var load = new OpenLoop(server.Route, BreakdownOverGrpc.Method, () => request, connections: 8);
            foreach (var row in Measure(bench, "breakdown", load, capacity)) yield return row;
        }
    }

    private static double Capacity(Func<LoadResult> load) =>
        Rounds.Median(Enumerable.Range(0, 3).Select(_ => load().PerSecond));

    private List<Row> Measure(Workbench bench, string what, OpenLoop load, double capacity)
    {
        var rate = FormattableString.Invariant($"a closed loop does {capacity:N0} a second");
        var p99 = new Rounds($"{Name}/{what}, p99 of accepted", "ms", Target.AtMost(2), rate);
        var refused = new Rounds($"{Name}/{what}, p99 of refused", "ms", Target.None);
        var accepted = new Rounds(
            $"{Name}/{what}, accepted", "requests/s", Target.None, "against what a closed loop does");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var result = load.Run(Over * capacity, bench.Sizes.Round);
                p99.AddOurs(result.AcceptedP99Ms);
                refused.AddOurs(result.RefusedP99Ms);
                accepted.Add(result.AcceptedPerSecond, capacity);
            },
            () => p99.AddTheirs(load.Run(Half * capacity, bench.Sizes.Round).AcceptedP99Ms));
        return [p99.Compared(), refused.Absolute(), accepted.Compared()];
    }
}
