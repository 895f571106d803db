using AgentStatus.V1;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>What watchers cost writers, and how far behind they are.</summary>
internal sealed class WatchersDuringWrites() : Comparison(
    "watch", "RecordStatus at 1,000 a second, open loop, while 1,000 watch the company of 1,000 agents, against none")
{
    private const int PerSecond = 1_000;
    private const int Agents = 1_000;
    private const int Connections = 8;
    private const int WatchersPerConnection = 125;
    private const long CompanyId = 1;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var server = MeasuredServer.Start(bench.NewDirectory("watch"));
        var reports = new Reports();
        var load = new OpenLoop(server.Route, StatusReports.Method, reports.Next, connections: 8);
        load.Run(PerSecond, bench.Sizes.Warmup);
        using (Watch(server)) load.Run(PerSecond, bench.Sizes.Warmup);

        var p99 = new Rounds($"{Name}/record p99", "ms", Target.AtMost(1.1));
        var lag = new Rounds($"{Name}/lag p99", "ms", Target.AtMost(250, " ms"), "from occurred_at to the socket");
        var cpu = new Rounds($"{Name}/cpu", "s/s", Target.None, "the server's own CPU time");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                using var watchers = Watch(server);
                watchers.TakeLags();
                var before = server.CpuSeconds();
                p99.AddOurs(load.Run(PerSecond, bench.Sizes.Round).AcceptedP99Ms);
                cpu.AddOurs((server.CpuSeconds() - before) / bench.Sizes.Round.TotalSeconds);
                var lags = watchers.TakeLags().Order().ToList();
                lag.AddOurs(lags.Count == 0 ? double.NaN : lags[(int)(0.99 * (lags.Count - 1))]);
            },
            () =>
            {
                var before = server.CpuSeconds();
                p99.AddTheirs(load.Run(PerSecond, bench.Sizes.Round).AcceptedP99Ms);
                cpu.AddTheirs((server.CpuSeconds() - before) / bench.Sizes.Round.TotalSeconds);
            });
        return [p99.Compared(), lag.Absolute(), cpu.Compared()];
    }

    private static Watchers Watch(MeasuredServer server) =>
        new(server.Route, CompanyId, Connections, WatchersPerConnection);

    /// <summary>Each agent of the company in its turn, each time with another status: every event is a
    /// change.</summary>
    private sealed class Reports
    {
        private readonly RecordStatusRequest _request = new() { CompanyId = CompanyId, Origin = StatusOrigin.Agent };
        private int _count;

        public IMessage Next()
        {
            var turn = _count++;
            _request.AgentId = 1 + (turn % Agents);
            _request.Status = turn / Agents % 2 == 0 ? V1.AgentStatus.Busy : V1.AgentStatus.Online;
            _request.EventId = $"w{StatusReports.NextId()}";
            return _request;
        }
    }
}
