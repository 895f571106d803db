using System.Globalization;
using System.Text.Json;

namespace AgentStatus.Page.Tests;

/// <summary>Whoever asks the same question gets the same figures, whichever way it is asked.</summary>
public sealed class AgreementTests(Chromium chromium, SeededServer server) : PageTests(chromium)
{
    [Theory]
    [InlineData("offline-only", "day")]
    [InlineData("all-statuses", "hour")]
    [InlineData("none", "total")]
    public async Task Page_json_and_command_line_give_the_same_figures(string clip, string by)
    {
        var page = await OpenAsync(
            server.Address, $"report?company=280197&from=2025-10-01&to=2025-10-03&by={by}&clip={clip}");
        await Expect(page.Locator("tfoot th")).ToHaveTextAsync("Total");
        var shown = (await page.DownloadAsync()).Skip(1).Order(StringComparer.Ordinal).ToArray();
        var cells = await page.EvaluateAsync<double>(
            "[...document.querySelectorAll('tfoot [data-ms]')].reduce((sum, { dataset }) => sum + Number(dataset.ms), 0)");

        var asJson = (await JsonAsync(clip, by)).Order(StringComparer.Ordinal).ToArray();
        var said = await CommandLine.RunAsync(
            server.Process, "breakdown", "--company", "280197", "--from", "2025-09-30T22:00:00Z", "--to",
            "2025-10-02T22:00:00Z", "--by", by, "--clip", clip, "--format", "csv");
        var asCsv = said.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1);

        Assert.NotEmpty(shown);
        Assert.Equal(asJson, shown);
        Assert.Equal(asCsv.Order(StringComparer.Ordinal), shown);
        // What stands in the table: the labels' columns are in their statuses' too.
        var labels = shown.Select(line => line.Split(',')).Where(line => line[4].Length > 0);
        Assert.Equal(3 * 48 * 3_600_000 + labels.Sum(line => 1000 * double.Parse(line[5], CultureInfo.InvariantCulture)), cells);
    }

    /// <summary>The answer's figures, as lines of the page's CSV.</summary>
    private async Task<List<string>> JsonAsync(string clip, string by)
    {
        using var http = new HttpClient();
        var query = $"start_time=2025-09-30T22:00:00Z&end_time=2025-10-02T22:00:00Z&granularity=GRANULARITY_{by.ToUpperInvariant()}"
            + $"&hours_clip=HOURS_CLIP_{clip.Replace('-', '_').ToUpperInvariant()}";
        var json = await http.GetStringAsync(new Uri(server.Address, $"v1/companies/280197/breakdown?{query}"));
        using var answer = JsonDocument.Parse(json);
        var lines = new List<string>();
        foreach (var agent in answer.RootElement.GetProperty("agents").EnumerateArray())
            foreach (var bucket in agent.GetProperty("buckets").EnumerateArray())
            {
                void Add(string status, string label, JsonElement duration)
                {
                    var seconds = double.Parse(duration.GetString()!.TrimEnd('s'), CultureInfo.InvariantCulture);
                    if (seconds == 0) return;
                    lines.Add(string.Join(
                        ',', agent.GetProperty("agentId"), Instant(bucket, "startTime"), Instant(bucket, "endTime"), status, label,
                        seconds.ToString(CultureInfo.InvariantCulture)));
                }

                foreach (var part in bucket.GetProperty("durations").EnumerateArray())
                    Add($"{part.GetProperty("status")}".Replace("AGENT_STATUS_", ""), $"{part.GetProperty("label")}", part.GetProperty("duration"));
                Add("OUTSIDE_HOURS", "", bucket.GetProperty("outsideHours"));
                Add("UNKNOWN", "", bucket.GetProperty("unknown"));
            }

        return lines;
    }

    private static string Instant(JsonElement bucket, string name) =>
        bucket.GetProperty(name).GetDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
