namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What reads cost a server that shares its database.</summary>
internal sealed class ThreeServers() : Comparison(
    "servers", "ClassifyRingTarget on one of three servers of a MongoDB, against one that has its database for itself")
{
    private const int Servers = 3;
    private const int Connections = 8;
    private const int Streams = 32;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var shared = Fill(bench, "shared");
        using var own = Fill(bench, "own");
        var three = Enumerable.Range(1, Servers).Select(number => MeasuredServer.Start(
            bench.NewDirectory($"servers-{number}"), shared.Settings)).ToList();
        try
        {
            using var one = MeasuredServer.Start(bench.NewDirectory("servers-0"), own.Settings);
            LoadResult Load(MeasuredServer server, TimeSpan duration) => bench.Classify(
                server, bench.Sizes.FewAgents, Connections, Streams, duration);
            foreach (var server in three.Append(one)) Load(server, bench.Sizes.Warmup);

            // They take the cores from each other: asked at the same time, their CPU time an answer would be that of
            // the crowd.
            var cpu = new Rounds(
                $"{Name}/cpu of a read", "us/request", Target.AtMost(1.03), "the three are asked in turns");
            var turn = 0;
            return
            [
                cpu.Compare(
                    bench.Sizes.Rounds,
                    () => Load(three[turn++ % Servers], bench.Sizes.Round).CpuMicroseconds,
                    () => Load(one, bench.Sizes.Round).CpuMicroseconds),
            ];
        }
        finally
        {
            three.ForEach(server => server.Dispose());
        }
    }

    private static MongoDatabase Fill(Workbench bench, string name)
    {
        var database = MongoDatabase.Create(name);
        SampleDocuments.Insert(
            database.Database, bench.Sizes.FewAgents, bench.Sizes.EventsPerAgent, bench.SampleFromMs,
            bench.SampleToMs);
        return database;
    }
}
