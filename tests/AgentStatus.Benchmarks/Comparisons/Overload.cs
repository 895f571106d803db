using AgentStatus.V1;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>More than the server can do: what it takes stays fast, the rest is refused at once. Judged is the p99 of
/// what was accepted at five times what a closed loop does, from when each request was due, against that at half of it.
/// Beside it stand the closed loop's own p99, at the load that the server can do; and, as a control, an empty handler
/// at the same five times: what the load, gRPC and the machine that they share with the server take by
/// themselves.</summary>
internal sealed class Overload() : Comparison(
    "overload", "five times the requests that the server can do, open loop, against half of them: those it accepted")
{
    private const double Half = 0.5;
    private const double Over = 5;
    private const int RecordConnections = 40;
    private const int BreakdownConnections = 8;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using (var server = MeasuredServer.Start(bench.NewDirectory("overload-record")))
        {
            RecordLoad.Record(server, bench.Sizes.Warmup);
            var reports = new StatusReports(1, RecordLoad.Agents);
            var load = new OpenLoop(server.Route, StatusReports.Method, reports.NextRequest, RecordConnections);
            foreach (var row in Measure(
                bench, "record", () => RecordLoad.Record(server, bench.Sizes.Round), load, RecordConnections))
                yield return row;
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
            var load = new OpenLoop(server.Route, BreakdownOverGrpc.Method, () => request, BreakdownConnections);
            foreach (var row in Measure(bench, "breakdown", Most, load, BreakdownConnections)) yield return row;
        }
    }

    private List<Row> Measure(
        Workbench bench, string what, Func<LoadResult> closedLoop, OpenLoop load, int connections)
    {
        var possible = Enumerable.Range(0, 3).Select(_ => closedLoop()).ToList();
        var capacity = Rounds.Median(possible.Select(result => result.PerSecond));
        var possibleP99Ms = Rounds.Median(possible.Select(result => result.P99Microseconds / 1e3));
        var question = new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1 };
        var empty = new OpenLoop(bench.Empty.Route, RingQuestions.Unary, () => question, connections);
        var rate = FormattableString.Invariant($"a closed loop does {capacity:N0} a second");
        var p99 = new Rounds($"{Name}/{what}, p99 of accepted", "ms", Target.AtMost(2), rate);
        var possibleP99 = new Rounds(
            $"{Name}/{what}, p99 of accepted against a closed loop's", "ms", Target.None, "at the load it can do");
        var control = new Rounds(
            $"{Name}/{what}, p99 of accepted against an empty handler's", "ms", Target.None, "at the same five times");
        var refused = new Rounds($"{Name}/{what}, p99 of refused", "ms", Target.None);
        var late = new Rounds($"{Name}/{what}, p99 of the load's lateness", "ms", Target.None, "a part of the above");
        var unsent = new Rounds(
            $"{Name}/{what}, not sent", "of what was due", Target.None,
            "connections had 100 under way; against the empty handler's");
        var accepted = new Rounds(
            $"{Name}/{what}, accepted", "requests/s", Target.None, "against what a closed loop does");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var result = load.Run(Over * capacity, bench.Sizes.Round);
                p99.AddOurs(result.AcceptedP99Ms);
                possibleP99.Add(result.AcceptedP99Ms, possibleP99Ms);
                control.AddOurs(result.AcceptedP99Ms);
                refused.AddOurs(result.RefusedP99Ms);
                late.AddOurs(result.LateP99Ms);
                unsent.AddOurs(result.NotSent);
                accepted.Add(result.AcceptedPerSecond, capacity);
            },
            () => p99.AddTheirs(load.Run(Half * capacity, bench.Sizes.Round).AcceptedP99Ms),
            () =>
            {
                var result = empty.Run(Over * capacity, bench.Sizes.Round);
                control.AddTheirs(result.AcceptedP99Ms);
                unsent.AddTheirs(result.NotSent);
            });
        return
        [
            p99.Compared(), possibleP99.Compared(), control.Compared(), refused.Absolute(), late.Absolute(),
            unsent.Compared(), accepted.Compared(),
        ];
    }
}
