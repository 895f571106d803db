using System.Text.Json;
using AgentStatus.Server.Tests.Http;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>What the metrics say of agents, events and rings, and the log's lines.</summary>
public sealed class BusinessMetricsTests : HttpTests
{
    [Fact]
    public async Task Agents_are_counted_by_status_and_events_and_rings_by_what_they_came_to()
    {
        await Server.RestartAsync("--Telemetry:Companies", "1,5");
        using var client = new HttpClient { BaseAddress = Server.Http };
        var first = await Scrape.OfAsync(client);
        Assert.Equal(0, first.Find("agentstatus_events_total", ("outcome", "applied")));
        Assert.Equal(0, first.Find("agentstatus_rings_total", ("classification", "busy_missed")));
        await Server.Service.RecordAsync(V1.AgentStatus.Online, agentId: 1, id: "a");
        await Server.Service.RecordAsync(V1.AgentStatus.Offline, agentId: 2);
        await Server.Service.RecordAsync(V1.AgentStatus.Online, agentId: 1, id: "a");
        await Server.Service.RecordAsync(V1.AgentStatus.Offline, agentId: 1, companyId: 7);
        await Server.Service.ClassifyAsync(1);
        await Server.Service.ClassifyRingTargetsAsync(new()
        {
            CompanyId = 1,
            Targets = { new RingTarget { AgentId = 1 }, new RingTarget { AgentId = 2 }, new RingTarget { AgentId = 3 } },
        });

        // What was scraped a moment ago is given again.
        var scrape = first;
        await Until.TrueAsync(async () =>
        {
            scrape = await Scrape.OfAsync(client);
            return Rings("unknown") == 1;
        });
        Assert.Equal((1, 1, 0), (Agents("1", "online"), Agents("1", "offline"), Agents("1", "away")));
        Assert.Equal(0, Agents("5", "online"));
        Assert.Null(scrape.Find("agentstatus_agents_status", ("company_id", "7")));
        Assert.Equal(1, scrape.Find("agentstatus_events_total", ("outcome", "duplicate")));
        Assert.Equal((2, 1, 1), (Rings("busy_missed"), Rings("offline"), Rings("unknown")));

        double? Agents(string company, string status) =>
            scrape.Find("agentstatus_agents_status", ("company_id", company), ("status", status));
        double? Rings(string classification) =>
            scrape.Find("agentstatus_rings_total", ("classification", classification));
    }

    [Fact]
    public async Task A_log_in_JSON_has_an_object_a_line()
    {
        using var directory = new TempDirectory();
        using var server = await ServerProcess.ServingAsync(directory.Path, "--Logging:Format", "json");
        server.Terminate();
        await server.ExitedAsync();
        var lines = server.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(lines, line => line.Contains("\"Message\":\"Ready on", StringComparison.Ordinal));
        Assert.All(lines, line => JsonDocument.Parse(line).Dispose());
    }
}
