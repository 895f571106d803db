using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

public sealed class CallTests(Chromium chromium, SeededServer server) : PageTests(chromium)
{
    [Fact]
    public async Task Each_ring_of_the_ticket_has_its_evidence_in_one_sentence()
    {
        var page = await OpenAsync(server.Address, $"calls?company=280197&call={SeededServer.TicketCall}");

        await Expect(Row(page, 380171)).ToContainTextAsync("Offline");
        await Expect(Row(page, 380171).Locator("td").Last).ToHaveTextAsync(
            "Offline since 08:58:12 by the agent's own choice; the app's reconnect at 09:42:10 did not lift it.");
        await Expect(Row(page, 380172)).ToContainTextAsync("Busy (missed)");
        await Expect(Row(page, 380172).Locator("td").Last).ToHaveTextAsync("Online since 08:59 by the agent's own choice.");
        await Expect(Row(page, 380173)).ToContainTextAsync("Nothing was known of the agent.");
        await Expect(page.GetByText("as then")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Where_now_differs_from_then_the_late_event_or_the_retraction_is_named()
    {
        var page = await OpenAsync(server.Address, $"calls?company=280197&call={SeededServer.ChangedCall}");

        var late = Row(page, 380174).Locator("td");
        await Expect(late.Nth(2)).ToContainTextAsync("Busy (missed)");
        await Expect(late.Nth(3)).ToContainTextAsync("Offline");
        await Expect(late.Nth(3)).ToContainTextAsync("Changed");
        await Expect(late.Last).ToContainTextAsync("Then: Online since 08:30 by the agent's own choice.");
        await Expect(late.Last).ToContainTextAsync("Now: Offline since 11:10 by the agent's own choice.");
        await Expect(late.Last).ToContainTextAsync(
            "Changed by a late event: Offline since 11:10 by the agent's own choice, recorded at");
        await Expect(Row(page, 380175).Locator("td").Last).ToContainTextAsync(
            "Changed by a retraction: \"Online since 08:30 by the agent's own choice\" does not count since");
        await Expect(Row(page, 380175).Locator("td").Last).ToContainTextAsync("(Jana): another agent's.");
    }

    [Fact]
    public async Task Without_a_call_the_calls_of_the_time_are_listed_and_open()
    {
        var page = await OpenAsync(server.Address, "calls?company=280197&from=2025-10-01&to=2025-10-02");
        await Expect(page.Locator("tbody th")).ToHaveTextAsync(["985282287", "985248149"]);

        await page.GetByLabel("Calls").SelectOptionAsync("Changed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();

        await Expect(page.Locator("tbody th")).ToHaveTextAsync(["985248149"]);
        await page.GetByRole(AriaRole.Link, new() { Name = "985248149" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Call 985248149");
    }

    [Fact]
    public async Task The_download_has_both_classifications_with_their_evidence()
    {
        var page = await OpenAsync(server.Address, $"calls?company=280197&call={SeededServer.TicketCall}");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);

        var lines = await page.DownloadAsync();

        Assert.StartsWith("ringGroupId,agentId,queueRule,ringAt,outcome,given.classification,given.label,given.status", lines[0]);
        Assert.Contains(",current.label,", lines[0]);
        Assert.StartsWith("7,380171,QUEUE_RULE_UNSPECIFIED,2025-10-01T09:15:30.250Z,NO_ANSWER,RING_CLASSIFICATION_OFFLINE,Offline,OFFLINE", lines[1]);
        Assert.Contains("the app's reconnect at 09:42:10 did not lift it.", lines[1]);
    }

    [Theory]
    [InlineData("calls?company=3&call=5", "No rings of call 5 were kept")]
    [InlineData("calls?company=3", "No such calls of company 3 in this time")]
    public async Task Where_nothing_was_kept_the_page_says_how_to_keep(string view, string sentence)
    {
        var page = await OpenAsync(server.Address, view);

        await Expect(page.Locator(".box")).ToContainTextAsync(sentence);
        await Expect(page.Locator("code")).ToHaveTextAsync(
            "agentstatus classify --company 1 --agent 1 --call 1 --at -1m --record");
    }

    private static ILocator Row(IPage page, long agent) => page.Locator($"tr[data-agent='{agent}']");
}
