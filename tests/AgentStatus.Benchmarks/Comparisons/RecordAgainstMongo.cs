using AgentStatus.Benchmarks.Running;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The production store. A place for the comparison: the store does not exist yet.</summary>
internal sealed class RecordAgainstMongo : IComparison
{
    public string Name => "record-mongodb";

    public string What => "RecordStatus on the MongoDB store against batches of 500 by libmongoc alone";

    public IEnumerable<Row> Measure(Workbench bench) =>
        [Row.NotMeasured($"{Name}/throughput", Target.AtLeast(0.6), "the MongoDB store is not there yet")];
}
