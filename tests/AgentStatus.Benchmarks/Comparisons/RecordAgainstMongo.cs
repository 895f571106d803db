namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>Durable writes on the store that several servers share.</summary>
internal sealed class RecordAgainstMongo() : Comparison(
    "record-mongodb",
    "RecordStatus on MongoDB, 1,024 callers, against batches of 500 by MongoDB.Driver alone, periods included")
{
    public override IEnumerable<Row> Measure(Workbench bench)
    {
        using var plainDatabase = MongoDatabase.Create("plain");
        using var database = MongoDatabase.Create("server");
        using var server = MeasuredServer.Start(
            bench.NewDirectory("record-mongodb"),
            "--Storage:Kind", "MongoDb",
            "--Storage:ConnectionString", database.ConnectionString,
            "--Storage:Database", database.Name,
            "--Storage:WriteTimeout", MongoDatabase.WriteTimeout.ToString("c"));
        var plain = new PlainMongoWriter(plainDatabase.Database, RecordLoad.Agents);
        var nowMs = bench.NowMs;
        RecordLoad.Record(server, bench.Sizes.Warmup);
        RecordLoad.Write(plain.WriteBatch, ref nowMs, bench.Sizes.Warmup);

        var perSecond = new Rounds($"{Name}/throughput", "events/s", Target.AtLeast(0.6));
        var p99 = new Rounds($"{Name}/p99", "ms", Target.None, "of a request, from 1,024 callers");
        var cpu = new Rounds($"{Name}/cpu", "us/event", Target.None, "the server's own CPU time");
        Rounds.Interleave(
            bench.Sizes.Rounds,
            () =>
            {
                var ours = RecordLoad.Record(server, bench.Sizes.Round);
                perSecond.AddOurs(ours.PerSecond);
                p99.AddOurs(ours.P99Microseconds / 1e3);
                cpu.AddOurs(ours.CpuMicroseconds);
            },
            () => perSecond.AddTheirs(RecordLoad.Write(plain.WriteBatch, ref nowMs, bench.Sizes.Round)));
        yield return perSecond.Compared();
        yield return p99.Absolute();
        yield return cpu.Absolute();
    }
}
