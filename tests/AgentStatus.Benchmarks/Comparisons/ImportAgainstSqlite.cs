using AgentStatus.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Much history at once, as an import brings it.</summary>
internal sealed class ImportAgainstSqlite() : Comparison(
    "import",
    "RecordStatuses of 500, 3 at a time by an ordinary client, against the plain driver in transactions of 500")
{
    /// <summary>What a server is told that takes new agents as fast as they come.</summary>
    public static readonly string[] Settings =
        ["--Limits:NewAgentsPerSecond", "1000000", "--Limits:NewCompaniesPerSecond", "1000000"];

    private const int BatchEvents = 500;

    /// <summary>A connection has room for four.</summary>
    private const int AtOnce = 3;

    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var server = MeasuredServer.Start(bench.NewDirectory("import-server"), Settings);
        using var plain = new PlainSqliteWriter(bench.NewDirectory("import-plain"), RecordLoad.Agents);
        Import(server, bench.Sizes.Warmup);
        var nowMs = bench.NowMs;
        RecordLoad.Write(plain.WriteBatch, ref nowMs, bench.Sizes.Warmup);
        var perSecond = new Rounds($"{Name}/throughput", "events/s", Target.AtLeast(0.5));
        var cpu = new Rounds($"{Name}/cpu", "us/event", Target.None, "the server's own CPU time");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var cpuBefore = server.CpuSeconds();
                var (events, seconds) = Import(server, bench.Sizes.Round);
                perSecond.AddOurs(events / seconds);
                cpu.AddOurs(1e6 * (server.CpuSeconds() - cpuBefore) / events);
            },
            () => perSecond.AddTheirs(RecordLoad.Write(plain.WriteBatch, ref nowMs, bench.Sizes.Round)));
        yield return perSecond.Compared();
        yield return cpu.Absolute();
    }

    /// <summary>Imports for a while.</summary>
    public static (long Events, double Seconds) Import(MeasuredServer server, TimeSpan duration)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{server.Port}");
        var client = new AgentStatusService.AgentStatusServiceClient(channel);
        var (started, events) = (Stopwatch.GetTimestamp(), 0L);
        Task.WaitAll(Enumerable.Range(1, AtOnce).Select(seed => Task.Run(async () =>
        {
            var reports = new StatusReports(seed, RecordLoad.Agents);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                Interlocked.Add(ref events, Stored(await client.RecordStatusesAsync(Batch(reports))));
            }
        })));
        return (events, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Of one company, as a request is; of agents at random.</summary>
    private static RecordStatusesRequest Batch(StatusReports reports)
    {
        var batch = new RecordStatusesRequest { CompanyId = SampleAgents.FirstCompanyId };
        for (var i = 0; i < BatchEvents; i++)
        {
            var e = reports.NextRequest().Clone();
            e.CompanyId = batch.CompanyId;
            batch.Events.Add(e);
        }

        return batch;
    }

    /// <summary>How many were: what there is no room for is refused, and an import sends it again.</summary>
    private static int Stored(RecordStatusesResponse answer) => answer.Results.Count(
        result => result.Recorded is { Durability: Durability.Stored } || (result.Error.Code
            is (int)StatusCode.ResourceExhausted ? false : throw new InvalidOperationException(result.Error.Message)));
}
