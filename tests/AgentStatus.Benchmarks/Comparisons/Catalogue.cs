namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>All comparisons, in the order of the table.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Comparison> All =
    [
        new ClassifyAgainstEmpty(),
        new UnixSocket(),
        new ClassifyAgainstPostgres(),
        new ClassifyAgainstRedis(),
        new GroupAgainstRedis(),
        new StreamAgainstUnary(),
        new CoreClassification(),
        new Growth(),
        new WritesDuringReads(),
        new ClassifyBesideAll(),
        new WatchersDuringWrites(),
        new RecordAgainstSqlite(),
        new ImportAgainstSqlite(),
        new RecordAgainstMongo(),
        new Following(),
        new ThreeServers(),
        new Parts(),
        new BreakdownAgainstPostgres(),
        new CoreBreakdown(),
        new StartAndMemory(),
        new StartFromMongo(),
        new ClassifyBesideBreakdowns(),
        new Overload(),
        new Authentication(),
        new AgainstEarlier(),
        new Soak(),
    ];
}
