using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>A busy hour: rings at a steady rate, beside what else the server is asked for.</summary>
internal sealed class ClassifyBesideAll() : Comparison(
    "classify-beside",
    "2,000 rings a second, open loop, beside 1,000 events and a breakdown of 1,000 agents a second, against alone")
{
    private const int RingsPerSecond = 2_000;
    private const int EventsPerSecond = 1_000;
    private const int Seed = 77;
    private const int BreakdownDays = 30;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var p99 = new Rounds($"{Name}/p99", "ms", Target.AtMost(1.5));
        var p999 = new Rounds($"{Name}/p99.9", "ms", Target.AtMost(3));
        var rings = new OpenLoop(
            bench.Large.Route, RingQuestions.Unary, RingQuestions.One(Seed, bench.Sizes.Agents, bench.RingAt),
            connections: 8);
        using (Beside(bench)) rings.Run(RingsPerSecond, bench.Sizes.Warmup);
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                using var beside = Beside(bench);
                var ours = rings.Run(RingsPerSecond, bench.Sizes.Round);
                p99.AddOurs(ours.AcceptedP99Ms);
                p999.AddOurs(ours.AcceptedP999Ms);
            },
            () =>
            {
                var theirs = rings.Run(RingsPerSecond, bench.Sizes.Round);
                p99.AddTheirs(theirs.AcceptedP99Ms);
                p999.AddTheirs(theirs.AcceptedP999Ms);
            });
        yield return p99.Compared();
        yield return p999.Compared();
    }

    /// <summary>A month of a company, by the day.</summary>
    public static GetBreakdownRequest Month(Workbench bench) => new()
    {
        CompanyId = SampleAgents.FirstCompanyId,
        StartTime = bench.RingAt - Duration.FromTimeSpan(TimeSpan.FromDays(BreakdownDays)),
        EndTime = bench.RingAt,
        Granularity = Granularity.Day,
        PageSize = 1_000,
    };

    private static Both Beside(Workbench bench)
    {
        var events = new StatusReports(Seed, bench.Sizes.Agents);
        var breakdown = Month(bench);
        return new(
            new(bench.Large.Route, StatusReports.Method, events.NextRequest, EventsPerSecond),
            new(bench.Large.Route, BreakdownOverGrpc.Method, () => breakdown, 1));
    }

    private sealed record Both(PacedRequests Events, PacedRequests Breakdowns) : IDisposable
    {
        public void Dispose()
        {
            Events.Dispose();
            Breakdowns.Dispose();
        }
    }
}
