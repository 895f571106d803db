namespace AgentStatus.Benchmarks.Running;

/// <summary>A few rows of the result, measured together.</summary>
/// <param name="name">Begins the names of its rows.</param>
/// <param name="what">What is measured against what, in a line.</param>
internal abstract class Comparison(string name, string what)
{
    public string Name => name;

    public string What => what;

    /// <summary>Measures. A peer that is not there makes a row that says so.</summary>
    public abstract IEnumerable<Row> Measure(Workbench bench);
}
