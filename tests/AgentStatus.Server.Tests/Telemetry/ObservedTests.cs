using System.Text.RegularExpressions;
using AgentStatus.Server.Tests.Http;
using AgentStatus.Server.Tests.MongoDb;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>The dashboard, the alerts and the documents name what a running server gives, and nothing else.</summary>
public sealed partial class ObservedTests : HttpTests
{
    private static readonly string Operations = File.ReadAllText(
        Path.Combine(SourceTree.Root, "docs/operations.md"));

    [Fact]
    public async Task The_list_of_metrics_is_that_of_a_running_server()
    {
        await Server.RestartAsync("--Telemetry:Companies", "1");
        var documented = Documented(Section("## Metrics", "With MongoDB there are"));
        var given = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter != Server.Part<Instruments>().Meter) return;
            given.Add(instrument.Name);
            Assert.False(string.IsNullOrEmpty(instrument.Unit), instrument.Name);
            Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name);
        };
        listener.Start();
        given.Remove("agentstatus.replication.delay"); // Of the other list.
        Assert.Equal(documented.Order(), given.Order());
    }

    [Fact]
    public void The_list_of_alerts_is_that_of_the_rules() => Assert.Equal(
        Queries.OfRules().Select(rule => rule.Alert).Order(),
        AlertRow().Matches(Operations).Select(row => row.Groups[1].Value).Order());

    [Fact]
    public async Task Dashboard_and_alerts_find_their_metrics_and_labels()
    {
        await Server.RestartAsync("--Telemetry:Companies", "1");
        using var client = new HttpClient { BaseAddress = Server.Http };
        await Server.Service.RecordAsync(V1.AgentStatus.Offline);
        await Server.Service.ClassifyAsync();
        var scrape = await Scrape.OfAsync(client);
        var ofMongo = Documented(Section("With MongoDB there are", "Counters are there"));
        Assert.Empty(All().Where(one => !ofMongo.Any(name => IsOf(one.Metric, name)))
            .SelectMany(one => Missing(one, scrape)));
    }

    [Fact, MongoDb]
    public async Task With_MongoDB_they_find_all()
    {
        using var database = new SharedDatabase();
        using var server = await MongoServer.ServingAsync(database.Args(null, "--Telemetry:Companies", "1"));
        await Until.TrueAsync(() => server.Process.Output.Contains("JSON and the page on", StringComparison.Ordinal));
        using var client = new HttpClient { BaseAddress = server.Process.Http };
        await server.Service.RecordAsync(V1.AgentStatus.Offline);
        await server.Service.ClassifyAsync();
        await Until.TrueAsync(async () =>
            (await Scrape.OfAsync(client)).Find("agentstatus_replication_delay_seconds_count") > 0);
        var scrape = await Scrape.OfAsync(client);
        foreach (var name in Documented(Section("With MongoDB there are", "Counters are there")))
            Assert.Contains(scrape.Series, series => IsOf(series.Name, name));
        Assert.Empty(All().SelectMany(one => Missing(one, scrape)));
    }

    [Theory]
    [InlineData("sum(rate(agentstatus_nothing_total[5m]))", "agentstatus_nothing_total")]
    [InlineData("sum by (reasn) (rate(agentstatus_writes_refused_total[5m]))", "reasn")]
    [InlineData("agentstatus_writes_refused_total{reason=\"quue\"}", "quue")]
    public async Task A_query_that_finds_nothing_is_seen(string query, string missing) => Assert.Contains(
        missing,
        string.Join(' ', Missing(Assert.Single(Queries.Read(query)), await Scrape.OfAsync(Client))));

    private static List<Selected> All()
    {
        List<Selected> all =
            [.. Queries.OfDashboard().Concat(Queries.OfRules().Select(rule => rule.Query)).SelectMany(Queries.Read)];
        Assert.True(all.Count > 50, $"{all.Count} metrics were read of the queries.");
        return all;
    }

    private static IEnumerable<string> Missing(Selected one, Scrape scrape)
    {
        var series = scrape.Series.Where(series => series.Name == one.Metric).ToList();
        if (series.Count == 0) yield return $"{one.Metric} of {one.Query}";
        else
        {
            foreach (var label in one.Grouped.Concat(one.Matches.Select(match => match.Name)))
                if (!series.Any(of => of.Labels.ContainsKey(label)))
                    yield return $"the label {label} of {one.Query}";
            foreach (var (label, value) in one.Matches)
                if (value is not null && !series.Any(of => of.Labels.GetValueOrDefault(label) == value))
                    yield return $"{label}=\"{value}\" of {one.Query}";
        }
    }

    private static bool IsOf(string series, string metric) =>
        series.StartsWith(metric.Replace('.', '_'), StringComparison.Ordinal);

    private static string Section(string from, string to)
    {
        var start = Operations.IndexOf(from, StringComparison.Ordinal);
        return Operations[start..Operations.IndexOf(to, start, StringComparison.Ordinal)];
    }

    private static List<string> Documented(string section) =>
        [.. MetricRow().Matches(section).Select(row => row.Groups[1].Value)];

    [GeneratedRegex("^\\| `((?:agentstatus|rpc)\\.[a-z_.]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex("^\\| `(AgentStatus\\w+)` \\|", RegexOptions.Multiline)]
    private static partial Regex AlertRow();
}
