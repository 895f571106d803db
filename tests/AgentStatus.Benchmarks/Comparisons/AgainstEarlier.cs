namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Our server against builds of other commits: the same loads in the same rounds, on new processes each round,
/// since two of the same program differ by a tenth.</summary>
internal sealed class AgainstEarlier() : Comparison(
    "earlier", "what goes over a port, against earlier builds of the server; nothing without --against")
{
    /// <summary>Turns of a classification in a round: few long ones leave a p99 to luck.</summary>
    private const int Turns = 2;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        if (bench.Earlier.Count == 0) return [];
        var all = new List<Contestant> { new(bench, null) };
        var rows = new List<Row>();
        try
        {
            foreach (var build in bench.Earlier)
            {
                try
                {
                    all.Add(new(bench, build));
                }
                catch (InvalidOperationException failure)
                {
                    var why = $"it does not start: {failure.Message.ReplaceLineEndings(" ")}";
                    rows.Add(Row.NotMeasured($"{Name}/all, against {build.Name}", Target.None, why));
                }
            }

            rows.AddRange(Measure(bench, all));
        }
        finally
        {
            foreach (var one in all) one.Dispose();
        }

        return rows;
    }

    private List<Row> Measure(Workbench bench, List<Contestant> all)
    {
        var (ours, peers) = (all[0], all[1..]);
        var lacking = all.Select(one => one.LacksMongo).OfType<string>().ToList();
        var loads = Loads(bench, withMongo: lacking.Count == 0);
        var loaded = loads.ConvertAll(load =>
            peers.ConvertAll(peer => new LoadRounds($"{Name}/{load.Name}", load.Unit, peer.Name)));
        var events = (double)bench.Sizes.RenewedAgents * bench.Sizes.EventsPerAgent;
        var starts = peers.ConvertAll(peer => new StartRounds(Name, peer.Name, events));
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            Rounds.Take(round, all.ConvertAll<Action>(one => one.Renew));
            for (var i = 0; i < loads.Count; i++)
            {
                for (var turn = 0; turn < loads[i].Turns; turn++)
                {
                    var results = new LoadResult[all.Count];
                    Action Side(Contestant one, int number) => () => results[number] = loads[i].Put(one);
                    Rounds.Take(round + turn, [.. all.Select(Side)]);
                    for (var peer = 0; peer < peers.Count; peer++) loaded[i][peer].Add(results[0], results[peer + 1]);
                }
            }

            for (var peer = 0; peer < peers.Count; peer++) starts[peer].Add(ours, peers[peer]);
        }

        List<Row> rows =
            [.. loaded.SelectMany(load => load.SelectMany(of => of.Rows())), .. starts.SelectMany(of => of.Rows())];
        if (lacking.Count > 0)
            rows.Add(Row.NotMeasured($"{Name}/record-mongodb", Target.None, string.Join("; ", lacking)));
        return rows;
    }

    private static List<ServerLoad> Loads(Workbench bench, bool withMongo)
    {
        var (round, agents) = (bench.Sizes.Round, bench.Sizes.RenewedAgents);
        List<ServerLoad> loads = [];
        foreach (var (connections, streams) in ((int, int)[])[(1, 1), (1, 32), (8, 1), (8, 32)])
            loads.Add(new($"classify {connections}x{streams}", "requests", Turns,
                one => one.Classify(connections, streams, round / Turns)));
        foreach (var streams in (int[])[1, 32])
            loads.Add(new($"group 8x{streams}", "requests", 1,
                one => GroupAgainstRedis.Load(bench, one.Server, agents, streams, round)));
        loads.Add(new("stream 1x32", "messages", 1,
            one => StreamAgainstUnary.Load(bench, one.Server, agents, connections: 1, round)));
        loads.Add(new("breakdown", "breakdowns", 1, one => one.BreakDown(round)));
        loads.Add(new("record-sqlite", "events", 1, one => RecordLoad.Record(one.Server, round)));
        if (withMongo) loads.Add(new("record-mongodb", "events", 1, one => one.RecordOnMongo(round)));
        return loads;
    }

    /// <summary>What is put on each server, and what one of it is called.</summary>
    private sealed record ServerLoad(string Name, string Unit, int Turns, Func<Contestant, LoadResult> Put);

    /// <summary>A load's figures on our server and on a peer.</summary>
    private sealed class LoadRounds(string load, string unit, string peer)
    {
        private readonly Rounds _rate = new($"{load} throughput, against {peer}", $"{unit}/s", Target.AtLeast(0.97));
        private readonly Rounds _cpu = new($"{load} by CPU, against {peer}", $"{unit}/CPU s", Target.AtLeast(0.97));
        private readonly Rounds _p99 = new($"{load} p99, against {peer}", "us", Target.None);

        public void Add(LoadResult ours, LoadResult theirs)
        {
            _rate.Add(ours.PerSecond, theirs.PerSecond);
            _cpu.Add(1e6 / ours.CpuMicroseconds, 1e6 / theirs.CpuMicroseconds);
            if (!double.IsNaN(ours.P99Microseconds)) _p99.Add(ours.P99Microseconds, theirs.P99Microseconds);
        }

        public IEnumerable<Row> Rows() => _p99.IsEmpty
            ? [_rate.Compared(), _cpu.Compared()]
            : [_rate.Compared(), _cpu.Compared(), _p99.Compared()];
    }

    /// <summary>A start's figures, and the memory's.</summary>
    private sealed class StartRounds(string name, string peer, double events)
    {
        private readonly Rounds _start = new($"{name}/start, against {peer}", "us/event", Target.AtMost(1.03));
        private readonly Rounds _ready = new($"{name}/memory when ready, against {peer}", "MB", Target.AtMost(1.03));
        private readonly Rounds _loaded = new($"{name}/memory under load, against {peer}", "MB", Target.AtMost(1.03));

        public void Add(Contestant ours, Contestant theirs)
        {
            _start.Add(
                ours.Server.StartTook.TotalMicroseconds / events, theirs.Server.StartTook.TotalMicroseconds / events);
            _ready.Add(ours.ReadyBytes / 1e6, theirs.ReadyBytes / 1e6);
            _loaded.Add(ours.Server.ResidentBytes() / 1e6, theirs.Server.ResidentBytes() / 1e6);
        }

        public IEnumerable<Row> Rows() => [_start.Compared(), _ready.Compared(), _loaded.Compared()];
    }
}
