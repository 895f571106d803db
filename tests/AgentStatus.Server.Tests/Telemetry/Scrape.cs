using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>What /metrics says: each series with its labels, and each metric's help.</summary>
internal sealed partial class Scrape
{
    private Scrape(string text)
    {
        Text = text;
        Series =
        [
            .. Line().Matches(text).Select(line => new Series(
                line.Groups["name"].Value,
                Label().Matches(line.Groups["labels"].Value)
                    .ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value),
                double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture))),
        ];
    }

    public string Text { get; }

    public IReadOnlyList<Series> Series { get; }

    public static async Task<Scrape> OfAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/metrics");
        response.EnsureSuccessStatusCode();
        return new(await response.Content.ReadAsStringAsync());
    }

    /// <summary>The sum over all series that have these labels; null: there is none.</summary>
    public double? Find(string name, params (string Name, string Value)[] labels)
    {
        var found = Series.Where(series => series.Name == name
            && labels.All(label => series.Labels.GetValueOrDefault(label.Name) == label.Value)).ToList();
        return found.Count > 0 ? found.Sum(series => series.Value) : null;
    }

    [GeneratedRegex("^(?<name>[a-z_:0-9]+)(\\{(?<labels>.*)\\})? (?<value>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("([a-z_0-9]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}

/// <summary>A series of a metric.</summary>
internal sealed record Series(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
