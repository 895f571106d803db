using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

/// <summary>The live view against a server of its own, so that it can be stopped.</summary>
public sealed class LiveTests(Chromium chromium) : PageTests(chromium)
{
    private readonly TempDirectory _store = new();
    private readonly List<ServerProcess> _servers = [];

    [Fact]
    public async Task Agents_move_while_events_arrive()
    {
        var server = await ServingAsync();
        await RecordAsync(server, 1, Status.Online);
        var page = await OpenAsync(server.Http, "live?company=1");
        await Expect(Agent(page, "ONLINE", 1)).ToBeVisibleAsync();
        await Expect(page.Locator(".on")).ToContainTextAsync("Live, known through");

        await RecordAsync(server, 1, Status.Away, "Lunch");
        await RecordAsync(server, 2, Status.Busy);

        await Expect(Agent(page, "AWAY", 1)).ToContainTextAsync("Lunch");
        await Expect(Agent(page, "BUSY", 2)).ToBeVisibleAsync();
        await Expect(Agent(page, "ONLINE", 1)).ToHaveCountAsync(0);
        await Expect(page.Locator("header p").First).ToHaveTextAsync("2 agents · UTC");
        // Since when: it counts by itself.
        await Expect(Agent(page, "AWAY", 1).Locator("time")).ToHaveTextAsync("0:00:02");
    }

    [Fact]
    public async Task After_a_restart_of_the_server_the_page_is_live_again_by_itself_and_says_so_meanwhile()
    {
        Expected.Add("net::ERR_");
        Expected.Add("503");
        string[] args = ["--Http", $"http://127.0.0.1:{LoopbackPort.Free()}"];
        var first = await ServingAsync(args);
        await RecordAsync(first, 1, Status.Online);
        await RecordAsync(first, 2, Status.Online);
        await RecordAsync(first, 3, Status.Online);
        var page = await OpenAsync(first.Http, "live?company=1");
        await Expect(Agent(page, "ONLINE", 2)).ToBeVisibleAsync();
        await RecordAsync(first, 3, Status.Left, origin: StatusOrigin.Supervisor);
        await Expect(Agent(page, "UNKNOWN", 3)).ToBeVisibleAsync();

        first.Terminate();
        await Expect(page.Locator(".off")).ToContainTextAsync("Not live since");
        await Expect(page.Locator(".off")).ToContainTextAsync("Trying again in");
        await Expect(Agent(page, "ONLINE", 2)).ToBeVisibleAsync();
        await first.ExitedAsync();
        var second = await ServingAsync(args);
        await RecordAsync(second, 1, Status.Busy);

        await Expect(page.Locator(".on")).ToContainTextAsync("Live, known through");
        await Expect(Agent(page, "BUSY", 1)).ToBeVisibleAsync();
        // Who has left is in no new watch.
        await Expect(page.Locator("[data-agent]")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_given_up()
    {
        var server = await ServingAsync();
        await RecordAsync(server, 1, Status.Online);
        var page = await OpenAsync(server.Http, "live?company=1");
        await Expect(page.Locator(".on")).ToBeVisibleAsync();

        server.Pause();

        await Expect(page.Locator(".off")).ToContainTextAsync("Not live since");
        server.Resume();
        await Expect(page.Locator(".on")).ToContainTextAsync("Live, known through");
    }

    [Fact]
    public async Task A_thousand_agents_are_there_and_move()
    {
        var server = await ServingAsync();
        foreach (var agents in Enumerable.Range(1, 1000).Chunk(500))
            await server.Service.RecordStatusesAsync(new()
            {
                CompanyId = 1,
                Events =
                {
                    agents.Select(agent => new RecordStatusRequest
                    {
                        CompanyId = 1,
                        AgentId = agent,
                        Status = (Status)(4 + (agent % 4)),
                        Origin = agent % 4 == 0 ? StatusOrigin.Call : StatusOrigin.Agent,
                    }),
                },
            });
        var page = await OpenAsync(server.Http, "live?company=1");
        await Expect(page.Locator("[data-agent]")).ToHaveCountAsync(1000);
        await Expect(page.Locator("[data-group=BUSY] h2 b")).ToHaveTextAsync("250");

        await RecordAsync(server, 501, Status.Idle);

        await Expect(Agent(page, "IDLE", 501)).ToBeVisibleAsync();
        await Expect(page.Locator("[data-group=BUSY] h2 b")).ToHaveTextAsync("249");
    }

    [Fact]
    public async Task A_company_without_agents_says_what_to_do_until_the_first_one_comes()
    {
        var server = await ServingAsync();
        var page = await OpenAsync(server.Http, "live?company=1");
        await Expect(page.Locator(".box")).ToContainTextAsync("Company 1 has no agents yet");

        await RecordAsync(server, 1, Status.Online);

        await Expect(Agent(page, "ONLINE", 1)).ToBeVisibleAsync();
        await Expect(page.Locator(".box")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_download_has_who_is_what()
    {
        var server = await ServingAsync();
        await RecordAsync(server, 1, Status.Away, "=Lunch");
        var page = await OpenAsync(server.Http, "live?company=1");
        await Expect(Agent(page, "AWAY", 1)).ToBeVisibleAsync();

        var lines = await page.DownloadAsync();

        Assert.Equal("agentId,status,label,since,origin", lines[0]);
        // A spreadsheet does not take it for a formula.
        Assert.StartsWith("1,AWAY,'=Lunch,2", lines[1]);
    }

    private protected override ValueTask ClosedAsync()
    {
        foreach (var server in _servers) server.Dispose();
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ServerProcess> ServingAsync(params string[] args)
    {
        _servers.Add(await PageServer.ServingAsync(_store.Path, args));
        return _servers[^1];
    }

    private static ILocator Agent(IPage page, string group, long agent) =>
        page.Locator($"[data-group={group}] [data-agent='{agent}']");

    private static async Task RecordAsync(
        ServerProcess server, long agent, Status status, string label = "",
        StatusOrigin origin = StatusOrigin.Agent) =>
        await server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = agent,
            Status = status,
            Origin = origin,
            Label = label,
        });
}
