using System.Net;
using AgentStatus.V1;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What breakdowns cost routing: many callers of them, from several addresses, so that no limit of an address
/// keeps them away.</summary>
internal sealed class ClassifyBesideBreakdowns() : Comparison(
    "classify-breakdowns",
    "ClassifyRingTarget beside 64 callers of breakdowns of 1,000 agents by the hour, against alone")
{
    private const int Addresses = 8;
    private const int CallersOfAddress = 8;
    private const int Days = 3;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var month = new BreakdownCase(bench);
        var store = bench.Store(month);
        using var server = MeasuredServer.Start(store, "--CompanySettings:Path", month.WriteSettings(store));
        LoadResult Classify() => bench.Classify(server, month.Agents, connections: 8, streams: 1);
        Classify();
        using (Breakdowns(server, month)) Classify();

        var p99 = new Rounds($"{Name}/p99", "us", Target.AtMost(2));
        var p50 = new Rounds($"{Name}/p50", "us", Target.None);
        var perSecond = new Rounds($"{Name}/throughput", "requests/s", Target.None);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                using var breakdowns = Breakdowns(server, month);
                Add(Classify(), (rounds, value) => rounds.AddOurs(value));
            },
            () => Add(Classify(), (rounds, value) => rounds.AddTheirs(value)));
        return [p99.Compared(), p50.Compared(), perSecond.Compared()];

        void Add(LoadResult result, Action<Rounds, double> to)
        {
            to(p99, result.P99Microseconds);
            to(p50, result.P50Microseconds);
            to(perSecond, result.PerSecond);
        }
    }

    private static ClosedLoop Breakdowns(MeasuredServer server, BreakdownCase month)
    {
        var request = BreakdownOverGrpc.Request(month);
        request.Granularity = Granularity.Hour;
        request.StartTime = request.EndTime - new Google.Protobuf.WellKnownTypes.Duration { Seconds = Days * 86_400 };
        return new(
        [
            .. Enumerable.Range(2, Addresses).Select(host => new UnaryCaller(
                server.Route with { From = IPAddress.Parse($"127.0.0.{host}") }, BreakdownOverGrpc.Method,
                CallersOfAddress, () => request, check: null)),
        ]);
    }
}
