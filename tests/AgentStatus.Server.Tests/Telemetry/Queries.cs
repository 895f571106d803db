using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>A metric that a query names, with its labels.</summary>
/// <param name="Matches">Name and value of what a label must be; the value is null where it is a pattern.</param>
/// <param name="Grouped">Labels by which the query groups.</param>
internal sealed record Selected(
    string Query, string Metric, IReadOnlyList<(string Name, string? Value)> Matches, IReadOnlyList<string> Grouped);

/// <summary>The metrics that the dashboard's and the alerts' queries name. PromQL is read as far as names go.</summary>
internal static partial class Queries
{
    private static readonly string[] Words =
        ["and", "or", "unless", "bool", "offset", "group_left", "group_right", "on", "ignoring", "inf", "nan"];

    /// <summary>Labels that Prometheus adds, and the metric that it makes.</summary>
    private static readonly string[] Added = ["instance", "job"];

    public static IEnumerable<string> OfDashboard()
    {
        var path = Path.Combine(SourceTree.Root, "deploy/grafana/agentstatus.json");
        using var dashboard = JsonDocument.Parse(File.ReadAllText(path));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
            .. dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
                .Where(variable => variable.GetProperty("type").GetString() == "query")
                .Select(variable => variable.GetProperty("query").GetProperty("query").GetString()!)
                .Select(query => LabelValues().Replace(query, "sum by ($2) ($1)")),
        ];
    }

    public static IEnumerable<(string Alert, string Query)> OfRules() =>
        Rule().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, "deploy/prometheus/agentstatus.rules.yml")))
            .Select(rule => (rule.Groups[1].Value, rule.Groups[2].Value.Replace("''", "'")));

    public static IEnumerable<Selected> Read(string query)
    {
        var grouped = By().Matches(query).SelectMany(by => by.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
            .Except(Added).ToList();
        var plain = By().Replace(query, "");
        foreach (Match name in Name().Matches(Range().Replace(plain, "")))
        {
            var metric = name.Groups["name"].Value;
            if (Words.Contains(metric) || metric == "up") continue;
            yield return new(
                query,
                metric,
                [
                    .. Label().Matches(name.Groups["labels"].Value)
                        .Where(label => !Added.Contains(label.Groups[1].Value))
                        .Select(label => (
                            label.Groups[1].Value, label.Groups[2].Value == "=" ? label.Groups[3].Value : null)),
                ],
                grouped);
        }
    }

    [GeneratedRegex(@"label_values\((\w+), (\w+)\)")]
    private static partial Regex LabelValues();

    [GeneratedRegex(@"- alert: (\w+)\s+expr: '(.*)'")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<![\w""])(?<name>[a-z_]\w*)\b(?!\s*\()(\{(?<labels>[^}]*)\})?")]
    private static partial Regex Name();

    [GeneratedRegex(@"(\w+)(=~|!=|!~|=)""([^""]*)""")]
    private static partial Regex Label();
}
