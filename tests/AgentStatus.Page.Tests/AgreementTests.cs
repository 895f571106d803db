using System.Globalization;
using System.Text.Json;

namespace AgentStatus.Page.Tests;

/// <summary>Whoever asks the same question gets the same figures, whichever way it is asked.</summary>
public sealed class AgreementTests(Chromium chromium, SeededServer server) : PageTests(chromium)
{
    private const string From = "2025-09-30T22:00:00Z";
    private const string To = "2025-10-02T22:00:00Z";
    private const double WindowMs = 48 * 3_600_000;

    [Theory]
    [InlineData("offline-only", "day")]
    [InlineData("all-statuses", "hour")]
    [InlineData("none", "total")]
    public async Task Page_json_and_command_line_give_the_same_figures(string clip, string by)
    {
        var page = await OpenAsync(
            server.Address, $"report?company=280197&from=2025-10-01&to=2025-10-03&by={by}&clip={clip}");
        await Expect(page.Locator("tfoot th")).ToHaveTextAsync("Total");
        var shown = Sorted((await page.DownloadAsync()).Skip(1));
        var total = await page.Locator("tfoot [data-ms]").EvaluateAllAsync<double>(
            "cells => cells.reduce((sum, { dataset }) => sum + Number(dataset.ms), 0)");

        var said = await CommandLine.RunAsync(
            server.Process, "breakdown", "--company", "280197", "--from", From, "--to", To, "--by", by, "--clip", clip,
            "--format", "csv");

        Assert.NotEmpty(shown);
        Assert.Equal(Sorted(await JsonAsync(clip, by)), shown);
        Assert.Equal(Sorted(said.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Skip(1)), shown);
        // What stands in the table: the labels' columns are in their statuses' too.
        var labelled = shown.Select(line => line.Split(',')).Where(line => line[4].Length > 0);
        Assert.Equal(3 * WindowMs + 1000 * labelled.Sum(line => Number(line[5])), total);
    }

    /// <summary>The answer's figures, as lines of the page's CSV.</summary>
    private async Task<List<string>> JsonAsync(string clip, string by)
    {
        using var http = new HttpClient();
        var path = $"v1/companies/280197/breakdown?start_time={From}&end_time={To}"
            + $"&granularity=GRANULARITY_{Screaming(by)}&hours_clip=HOURS_CLIP_{Screaming(clip)}";
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri(server.Address, path)));
        var lines = new List<string>();
        foreach (var agent in answer.RootElement.GetProperty("agents").EnumerateArray())
            foreach (var bucket in agent.GetProperty("buckets").EnumerateArray())
            {
                var window = $"{Instant(bucket, "startTime")},{Instant(bucket, "endTime")}";
                void Add(string status, string label, JsonElement holder, string name)
                {
                    var seconds = Number(holder.GetProperty(name).GetString()!.TrimEnd('s'));
                    if (seconds > 0) lines.Add(string.Create(Invariant, $"{agent.GetProperty("agentId")},{window},{status},{label},{seconds}"));
                }

                foreach (var part in bucket.GetProperty("durations").EnumerateArray())
                {
                    var status = $"{part.GetProperty("status")}".Replace("AGENT_STATUS_", "", StringComparison.Ordinal);
                    Add(status, $"{part.GetProperty("label")}", part, "duration");
                }

                Add("OUTSIDE_HOURS", "", bucket, "outsideHours");
                Add("UNKNOWN", "", bucket, "unknown");
            }

        return lines;
    }

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];

    private static double Number(string text) => double.Parse(text, Invariant);

    private static string Screaming(string word) => word.Replace('-', '_').ToUpperInvariant();

    private static string Instant(JsonElement bucket, string name) =>
        bucket.GetProperty(name).GetDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", Invariant);
}
