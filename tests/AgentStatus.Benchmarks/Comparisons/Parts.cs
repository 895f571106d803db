namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What a division by company costs and gives.</summary>
internal sealed class Parts() : Comparison(
    "partition", "two servers of a part each against one that has all companies")
{
    private const int Connections = 8;
    private const int Streams = 32;

    private static readonly CompanyPartition First = Part("1/2");
    private static readonly CompanyPartition Second = Part("2/2");

    public override IEnumerable<Row> Measure(Workbench bench) => [.. Reads(bench), .. Writes(bench)];

    private List<Row> Reads(Workbench bench)
    {
        var agents = bench.Sizes.RenewedAgents;
        using var part = MeasuredServer.Start(bench.Store(agents), Setting(First));
        using var whole = MeasuredServer.Start(bench.OtherStore(agents));
        LoadResult Load(MeasuredServer server, TimeSpan duration) => ClosedLoop.Run(
            [
                .. Enumerable.Range(1, Connections).Select(seed => new UnaryCaller(
                    server.Route, RingQuestions.Unary, Streams, RingQuestions.One(seed, agents, bench.RingAt, First),
                    RingQuestions.CheckOne)),
            ],
            duration,
            server.CpuSeconds);
        var ready = new Rounds($"{Name}/memory when ready", "MB", Target.None);
        ready.Add(part.ResidentBytes() / 1e6, whole.ResidentBytes() / 1e6);
        foreach (var server in (MeasuredServer[])[part, whole]) Load(server, bench.Sizes.Warmup);
        var cpu = new Rounds(
            $"{Name}/classify by CPU", "requests/CPU s", Target.AtLeast(0.97),
            "both are asked of the part's companies");
        return
        [
            cpu.Compare(
                bench.Sizes.Rounds,
                () => 1e6 / Load(part, bench.Sizes.Round).CpuMicroseconds,
                () => 1e6 / Load(whole, bench.Sizes.Round).CpuMicroseconds),
            ready.Compared(),
        ];
    }

    private List<Row> Writes(Workbench bench)
    {
        using var dividedDatabase = MongoDatabase.Create("divided");
        using var wholeDatabase = MongoDatabase.Create("whole");
        using var first = MeasuredServer.Start(
            bench.NewDirectory("part-1"), [.. dividedDatabase.Settings, .. Setting(First)]);
        using var second = MeasuredServer.Start(
            bench.NewDirectory("part-2"), [.. dividedDatabase.Settings, .. Setting(Second)]);
        using var whole = MeasuredServer.Start(bench.NewDirectory("whole"), wholeDatabase.Settings);
        LoadResult Divided(TimeSpan duration) => ClosedLoop.Run(
            [
                .. RecordLoad.CallersOf(first, Connections / 2, First),
                .. RecordLoad.CallersOf(second, Connections / 2, Second),
            ],
            duration,
            () => first.CpuSeconds() + second.CpuSeconds());
        LoadResult Whole(TimeSpan duration) => RecordLoad.Record(whole, duration);
        Divided(bench.Sizes.Warmup);
        Whole(bench.Sizes.Warmup);

        var rate = new Rounds(
            $"{Name}/record-mongodb throughput", "events/s", Target.None, "1,024 callers in all; all share the cores");
        var cpu = new Rounds($"{Name}/record-mongodb by CPU", "events/CPU s", Target.None, "of both parts together");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var result = Divided(bench.Sizes.Round);
                rate.AddOurs(result.PerSecond);
                cpu.AddOurs(1e6 / result.CpuMicroseconds);
            },
            () =>
            {
                var result = Whole(bench.Sizes.Round);
                rate.AddTheirs(result.PerSecond);
                cpu.AddTheirs(1e6 / result.CpuMicroseconds);
            });

        var foreign = new Rounds(
            $"{Name}/cpu of another part's event", "us/event", Target.None,
            "the other side is the CPU time an event of the part that records it; ours without what it takes at rest");
        var seconds = bench.Sizes.Round.TotalSeconds;
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            var atRest = second.CpuAtRest(bench.Sizes.Round) * seconds;
            var others = new List<double>();
            var result = ClosedLoop.Run(
                RecordLoad.CallersOf(first, Connections, First),
                bench.Sizes.Round,
                () =>
                {
                    // Asked at the beginning and at the end of what is measured.
                    others.Add(second.CpuSeconds());
                    return first.CpuSeconds();
                });
            var cpuSeconds = others[^1] - others[0] - atRest;
            foreign.Add(1e6 * cpuSeconds / (result.PerSecond * seconds), result.CpuMicroseconds);
        }

        return [rate.Compared(), cpu.Compared(), foreign.Compared()];
    }

    private static string[] Setting(CompanyPartition part) => ["--Companies:Partition", $"{part}"];

    private static CompanyPartition Part(string text) =>
        CompanyPartition.TryParse(text, out var part) ? part : throw new ArgumentException(text);
}
