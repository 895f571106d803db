using System.Text.RegularExpressions;

namespace AgentStatus.Cli.Health;

/// <summary>What a server's /metrics says, in Prometheus' text format.</summary>
internal sealed partial class MetricsText
{
    private readonly List<(string Name, string Labels, double Value)> _series;

    public MetricsText(string text) => _series =
    [
        .. Line().Matches(text).Select(line => (
            line.Groups[1].Value,
            line.Groups[2].Value,
            double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture))),
    ];

    /// <summary>The sum over all series whose labels hold these (name="value"); 0 where there is none.</summary>
    public double Sum(string name, params string[] labels) => _series
        .Where(series => series.Name == name
            && labels.All(label => series.Labels.Contains(label, StringComparison.Ordinal)))
        .Sum(series => series.Value);

    /// <summary>What the server strives for: the share of all that is to keep within so many seconds; null: it does
    /// not say.</summary>
    public (double Seconds, double Share)? FindObjective(string name)
    {
        foreach (var (metric, labels, seconds) in _series)
        {
            if (metric == "agentstatus_objective_seconds"
                && labels.Contains($"objective=\"{name}\"", StringComparison.Ordinal)
                && ShareLabel().Match(labels) is { Success: true } share)
                return (seconds, double.Parse(share.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        return null;
    }

    [GeneratedRegex("share=\"([0-9.]+)\"")]
    private static partial Regex ShareLabel();

    [GeneratedRegex("^([a-z_:0-9]+)(?:\\{(.*)\\})? (\\S+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
