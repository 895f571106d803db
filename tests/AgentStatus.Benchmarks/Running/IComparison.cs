namespace AgentStatus.Benchmarks.Running;

/// <summary>One comparison: a few rows of the result, measured together.</summary>
internal interface IComparison
{
    /// <summary>Begins the names of its rows.</summary>
    string Name { get; }

    /// <summary>What is measured against what, in a line.</summary>
    string What { get; }

    /// <summary>Measures. A peer that is not there makes a row that says so.</summary>
    IEnumerable<Row> Measure(Workbench bench);
}
