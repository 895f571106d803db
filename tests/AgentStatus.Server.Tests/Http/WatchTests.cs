using System.Text.Json;

namespace AgentStatus.Server.Tests.Http;

/// <summary>WatchStatuses as a line of JSON for each message.</summary>
public sealed class WatchTests : HttpTests
{
    private const string Path = "/v1/companies/1/statuses:watch";

    [Fact]
    public async Task Each_message_is_a_line_that_comes_at_once()
    {
        await RecordAsync("AGENT_STATUS_ONLINE");
        using var response = await Client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("AGENT_STATUS_ONLINE", await StatusAsync(lines));
        await RecordAsync("AGENT_STATUS_AWAY");
        Assert.Equal("AGENT_STATUS_AWAY", await StatusAsync(lines));
    }

    [Fact]
    public async Task The_last_line_says_why_it_ends()
    {
        using var response = await Client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var all = lines.ReadToEndAsync();
        await Server.StopAsync();
        var last = JsonDocument.Parse((await all.WaitAsync(Until.Limit)).TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(14, last.GetProperty("code").GetInt32());
        Assert.Contains("stopping", last.GetProperty("message").GetString());
    }

    [Fact]
    public async Task What_cannot_be_watched_is_refused_with_a_status()
    {
        var error = await JsonAsync(Client.GetAsync($"{Path}?agent_ids=-1"), HttpStatusCode.BadRequest);
        Assert.Equal(3, error.GetProperty("code").GetInt32());
        await JsonAsync(Client.GetAsync($"{Path}?agent=1"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Who_goes_leaves_its_place()
    {
        using var metrics = MeterReadings.Of(Server);
        using (var response = await Client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(ServerLimits.WatchHeldBytes, metrics["agentstatus.requests.memory"]);
        }

        await Until.TrueAsync(() => metrics["agentstatus.requests.memory"] == 0);
    }

    private async Task<string?> StatusAsync(StreamReader lines)
    {
        while (true)
        {
            var next = lines.ReadLineAsync();
            await Until.TrueAsync(() =>
            {
                Server.Time.Advance(TimeSpan.FromMilliseconds(50));
                return next.IsCompleted;
            });
            var agents = JsonDocument.Parse((await next)!).RootElement.GetProperty("agents");
            if (agents.GetArrayLength() > 0) return agents[0].GetProperty("status").GetString();
        }
    }

    private Task<JsonElement> RecordAsync(string status) => JsonAsync(PostAsync(
        "/v1/companies/1/events", $$"""{"agent_id": 7, "status": "{{status}}", "origin": "STATUS_ORIGIN_AGENT"}"""));
}
