namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What it costs that a caller says who it is.</summary>
internal sealed class Authentication() : Comparison(
    "auth", "ClassifyRingTarget with a key, and with a token, against no authentication; 8 connections of 32 streams")
{
    private const string Server = "auth-server";

    private const string Peer = "auth-peer";

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        var credentials = new Credentials(bench.NewDirectory("auth"));
        (Rounds Rounds, string Header)[] rows =
        [
            (new($"{Name}/key", "requests/s", Target.AtLeast(0.97)), credentials.Key),
            (new($"{Name}/jwt", "requests/s", Target.AtLeast(0.85)), credentials.Token),
        ];
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            var agents = bench.Sizes.FewAgents;
            var server = bench.Get(Server, () => Processes.MeasuredServer.Start(
                bench.Store(agents), credentials.Settings));
            var peer = bench.Get(Peer, () => Processes.MeasuredServer.Start(bench.OtherStore(agents)));
            Load(peer, null, bench.Sizes.Warmup);
            Load(server, credentials.Key, bench.Sizes.Warmup);
            foreach (var (rounds, header) in rows)
            {
                Load(server, header, bench.Sizes.Warmup / 6);
                Rounds.Interleave(
                    1,
                    () => rounds.AddOurs(Load(server, header, bench.Sizes.Round)),
                    () => rounds.AddTheirs(Load(peer, null, bench.Sizes.Round)));
            }

            // Two processes of the same program differ by a tenth.
            bench.Release(Server);
            bench.Release(Peer);

            double Load(Processes.MeasuredServer measured, string? header, TimeSpan duration) => bench.Classify(
                measured, agents, connections: 8, streams: 32, duration, header).PerSecond;
        }

        return rows.Select(row => row.Rounds.Compared());
    }
}
