namespace AgentStatus.Benchmarks.Scaling;

/// <summary>What RESULTS.md has measured, by its rows' names.</summary>
internal sealed class MeasuredCosts
{
    private readonly Dictionary<string, double> _rows = [];

    /// <param name="path">A table as compare writes it.</param>
    public MeasuredCosts(string path)
    {
        foreach (var line in File.ReadLines(path).Where(line => line.StartsWith("| ", StringComparison.Ordinal)))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (double.TryParse(cells[2], NumberStyles.Float | NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture, out var ours))
                _rows[cells[1]] = ours;
        }
    }

    /// <summary>Our side of a row, in the row's unit.</summary>
    public double Of(string row) => _rows.TryGetValue(row, out var ours)
        ? ours
        : throw new InvalidDataException($"RESULTS.md has no row {row}.");
}
