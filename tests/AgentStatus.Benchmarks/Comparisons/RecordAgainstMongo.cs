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
        using var server = MeasuredServer.Start(bench.NewDirectory("record-mongodb"), database.Settings);
        var plain = new PlainMongoWriter(plainDatabase.Database, RecordLoad.Agents);
        foreach (var row in RecordLoad.Compare(bench, Name, server, plain.WriteBatch, floorSeconds: null))
            yield return row;
    }
}
