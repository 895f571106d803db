using AgentStatus.Storage.MongoDb;
using AgentStatus.V1;
using Grpc.Net.Client;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>How soon a server has what another one on the same database stored, and what it pays for that.</summary>
internal sealed class Following() : Comparison(
    "follow", "two servers on one MongoDB: what one stores at 2,000 a second, or while the other stands still")
{
    private const int EventsPerSecond = 2_000;

    /// <summary>Events whose way to the other server is looked at, at a time.</summary>
    private const int Probes = 8;

    /// <summary>How much is stored while the other server stands still, in rounds' lengths.</summary>
    private const int PauseRounds = 8;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan SeldomLook = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromMinutes(5);

    private long _lastProbe = SampleAgents.FirstAgentId + (2 * RecordLoad.Agents);

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var database = MongoDatabase.Create("follow");
        using var storing = MeasuredServer.Start(
            bench.NewDirectory("follow-1"), [.. database.Settings, .. ImportAgainstSqlite.Settings]);
        using var seeing = MeasuredServer.Start(bench.NewDirectory("follow-2"), database.Settings);
        using var pair = new Pair(storing, seeing);

        // First what makes the compiler work most.
        return [.. CatchUp(bench, pair, database.Database), .. Live(bench, pair)];
    }

    private List<Row> Live(Workbench bench, Pair pair)
    {
        var reports = new StatusReports(1, RecordLoad.Agents);
        var load = new OpenLoop(pair.Storing.Route, StatusReports.Method, reports.NextRequest, connections: 16);
        load.Run(EventsPerSecond, bench.Sizes.Warmup);
        var seen = new Rounds(
            $"{Name}/seen by the other, p99", "ms", Target.AtMost(250, " ms"),
            "from the answer that it is stored to the other server's answer that has it, looked for every millisecond");
        var cpu = new Rounds(
            $"{Name}/cpu of a foreign event", "us/event", Target.AtMost(0.3),
            "the other side is the recording server's CPU time an event; of both without what they take at rest");
        var seconds = bench.Sizes.Round.TotalSeconds;
        for (var round = 0; round < bench.Sizes.Rounds; round++)
        {
            var (storingAtRest, seeingAtRest) =
                (pair.Storing.CpuAtRest(bench.Sizes.Round), pair.Seeing.CpuAtRest(bench.Sizes.Round));
            var (storing, seeing) = (pair.Storing.CpuSeconds(), pair.Seeing.CpuSeconds());
            var events = load.Run(EventsPerSecond, bench.Sizes.Round).AcceptedPerSecond * seconds;
            double MicrosecondsOf(double cpuSeconds, double atRest) => 1e6 * (cpuSeconds - (atRest * seconds)) / events;
            cpu.Add(
                MicrosecondsOf(pair.Seeing.CpuSeconds() - seeing, seeingAtRest),
                MicrosecondsOf(pair.Storing.CpuSeconds() - storing, storingAtRest));
            var looking = Task.Run(() => LookAsync(pair, bench.Sizes.Round));
            load.Run(EventsPerSecond, bench.Sizes.Round);
            var tookMs = looking.GetAwaiter().GetResult().Order().ToList();
            seen.AddOurs(tookMs[(int)(0.99 * (tookMs.Count - 1))]);
        }

        return [seen.Absolute(), cpu.Compared()];
    }

    private List<Row> CatchUp(Workbench bench, Pair pair, StatusDatabase database)
    {
        var rate = new Rounds(
            $"{Name}/catching up", "events/s", Target.AtLeast(0.5),
            "the other side reads the same documents by the driver, by server and number, and makes nothing of them");
        var cpu = new Rounds(
            $"{Name}/cpu of a foreign event, catching up", "us/event", Target.AtMost(0.3),
            "the other side is the CPU time of the server that imported it");
        CatchUp(pair, database, bench.Sizes.Warmup, new("", "", Target.None), new("", "", Target.None));
        for (var round = 0; round < bench.Sizes.Rounds; round++)
            CatchUp(pair, database, PauseRounds * bench.Sizes.Round, rate, cpu);
        return [rate.Compared(), cpu.Compared()];
    }

    /// <summary>One round of it.</summary>
    /// <param name="pause">For how long the other server stands still.</param>
    private void CatchUp(Pair pair, StatusDatabase database, TimeSpan pause, Rounds rate, Rounds cpu)
    {
        // The last event before is the last one that a probe recorded: there is no other writer.
        RecordProbeAsync(pair).GetAwaiter().GetResult();
        var (serverId, before) = FindLast(database);
        pair.Seeing.Pause();
        long events;
        var storing = pair.Storing.CpuSeconds();
        try
        {
            (events, _) = ImportAgainstSqlite.Import(pair.Storing, pause);
        }
        finally
        {
            pair.Seeing.Resume();
        }

        cpu.AddTheirs(1e6 * (pair.Storing.CpuSeconds() - storing) / events);
        var seeing = pair.Seeing.CpuSeconds();
        var probe = RecordProbeAsync(pair).GetAwaiter().GetResult();
        var started = Stopwatch.GetTimestamp();
        SeeAsync(pair, probe, SeldomLook).WaitAsync(CatchUpLimit).GetAwaiter().GetResult();
        cpu.AddOurs(1e6 * (pair.Seeing.CpuSeconds() - seeing) / events);
        rate.AddOurs(events / Stopwatch.GetElapsedTime(started).TotalSeconds);
        started = Stopwatch.GetTimestamp();
        var read = ReadFrom(database, serverId, before);
        rate.AddTheirs(read / Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private async Task<List<double>> LookAsync(Pair pair, TimeSpan duration)
    {
        var began = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, Probes).Select(async _ =>
        {
            var tookMs = new List<double>();
            while (Stopwatch.GetElapsedTime(began) < duration)
            {
                var probe = await RecordProbeAsync(pair);
                var stored = Stopwatch.GetTimestamp();
                await SeeAsync(pair, probe, Look);
                tookMs.Add(Stopwatch.GetElapsedTime(stored).TotalMilliseconds);
            }

            return tookMs;
        }));
        return [.. all.SelectMany(tookMs => tookMs)];
    }

    /// <summary>An agent that nobody knows becomes BUSY.</summary>
    private async Task<AgentKey> RecordProbeAsync(Pair pair)
    {
        var agent = new AgentKey(SampleAgents.FirstCompanyId, Interlocked.Increment(ref _lastProbe));
        await pair.Storer.RecordStatusAsync(new()
        {
            CompanyId = agent.CompanyId,
            AgentId = agent.AgentId,
            Status = V1.AgentStatus.Busy,
            Origin = StatusOrigin.Agent,
        });
        return agent;
    }

    private static async Task SeeAsync(Pair pair, AgentKey agent, TimeSpan look)
    {
        var request = new ClassifyRingTargetRequest { CompanyId = agent.CompanyId, AgentId = agent.AgentId };
        while ((await pair.Seer.ClassifyRingTargetAsync(request)).Status != V1.AgentStatus.Busy)
            await Task.Delay(look);
    }

    private static (string ServerId, long Number) FindLast(StatusDatabase database)
    {
        var last = database.Events.Find(new BsonDocument()).Sort(new BsonDocument("sequence", -1)).Limit(1).Single();
        return (last.ServerId!, last.Number);
    }

    private static long ReadFrom(StatusDatabase database, string serverId, long after)
    {
        var filter = new BsonDocument { { "server_id", serverId }, { "sequence", new BsonDocument("$gt", after) } };
        var inOrder = new FindOptions<EventDocument, RawBsonDocument>
        {
            Sort = new BsonDocument { { "server_id", 1 }, { "sequence", 1 } },
        };
        long read = 0;
        using var cursor = database.Events.FindSync(filter, inOrder);
        while (cursor.MoveNext())
        {
            foreach (var document in cursor.Current)
            {
                document.Dispose();
                read++;
            }
        }

        return read;
    }

    /// <summary>One that stores and one that follows, with a client of each.</summary>
    private sealed class Pair(MeasuredServer storing, MeasuredServer seeing) : IDisposable
    {
        private readonly GrpcChannel _storing = GrpcChannel.ForAddress($"http://127.0.0.1:{storing.Port}");
        private readonly GrpcChannel _seeing = GrpcChannel.ForAddress($"http://127.0.0.1:{seeing.Port}");

        public MeasuredServer Storing => storing;

        public MeasuredServer Seeing => seeing;

        public AgentStatusService.AgentStatusServiceClient Storer => new(_storing);

        public AgentStatusService.AgentStatusServiceClient Seer => new(_seeing);

        public void Dispose()
        {
            _storing.Dispose();
            _seeing.Dispose();
        }
    }
}
