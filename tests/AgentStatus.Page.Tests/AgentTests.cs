using System.Globalization;
using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

public sealed class AgentTests(Chromium chromium, SeededServer server) : PageTests(chromium)
{
    private const string TicketDay = "company=280197&from=2025-10-01&to=2025-10-02";

    [Fact]
    public async Task Segments_say_what_they_are_and_business_hours_are_shaded()
    {
        var page = await OpenAsync(server.Address, $"agent?{TicketDay}&agent=380172");

        await Expect(page.GetByRole(AriaRole.Img, new()
        {
            Name = "Away (Lunch), 12:00–12:30, 0:30:00 by the agent's own choice, outside business hours",
        })).ToHaveCountAsync(1);
        await Expect(page.Locator(".day .segment")).ToHaveCountAsync(8);
        // The morning; the afternoon is split where the agent comes back from Training and leaves.
        var open = await page.Locator(".day .open").EvaluateAllAsync<double[]>(
            "shapes => shapes.map(shape => Math.round(shape.getBoundingClientRect().width))");
        var hour = await page.Locator(".ground").EvaluateAsync<double>("shape => shape.getBoundingClientRect().width / 24");
        Assert.Equal(7 * hour, open.Sum(), tolerance: 4);
    }

    [Fact]
    public async Task Keys_go_from_segment_to_segment_and_show_what_they_are()
    {
        var page = await OpenAsync(server.Address, $"agent?{TicketDay}&agent=380172");
        await page.Locator(".segment").First.FocusAsync();

        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");

        await Expect(page.GetByRole(AriaRole.Tooltip)).ToHaveTextAsync(
            "Online, 09:00–12:00, 3:00:00 by the agent's own choice, inside business hours");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Tooltip)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Events_say_what_became_of_them_and_offer_a_correction()
    {
        var page = await OpenAsync(server.Address, $"agent?{TicketDay}&agent=380171");
        var rows = page.Locator(".events tbody tr");
        await Expect(rows.Locator("td:nth-child(4)")).ToHaveTextAsync(["Applied", "Shadowed", "Shadowed"]);

        await rows.First.GetByText("retract").ClickAsync();
        var retract = await page.EvaluateAsync<string>("navigator.clipboard.readText()");
        await rows.Last.GetByText("record").ClickAsync();
        await Expect(rows.Last.GetByText("Copied")).ToHaveCountAsync(1);
        var record = await page.EvaluateAsync<string>("navigator.clipboard.readText()");

        Assert.Matches("^agentstatus retract --company 280197 --event-id [0-9a-f]+ --reason 'why it was wrong'$", retract);
        Assert.Equal(
            "agentstatus record --company 280197 --agent 380171 --status online --origin app --at 2025-10-01T07:42:10.000Z",
            record);
    }

    [Fact]
    public async Task A_retracted_event_says_who_took_it_back_and_why()
    {
        var page = await OpenAsync(server.Address, $"agent?{TicketDay}&agent=380175");

        await Expect(page.Locator("[data-event=wrong]")).ToContainTextAsync("(Jana): another agent's");
        await Expect(page.Locator("[data-event=wrong]").GetByText("retract", new() { Exact = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Rings_that_were_kept_are_marks_that_open_the_call()
    {
        var page = await OpenAsync(server.Address, $"agent?{TicketDay}&agent=380174");
        var ring = page.Locator(".day .ring");
        await Expect(ring).ToHaveClassAsync("ring changed");
        await Expect(ring).ToHaveAttributeAsync(
            "aria-label", "Call 985248149, Wed 1 Oct 11:20, 1 ring, 1 shown otherwise now");

        await ring.FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("h1")).ToHaveTextAsync("Call 985248149");
    }

    [Theory]
    [InlineData("2026-03-28", "2026-03-31", "Sun 29 Mar", 23, "01,03")]
    [InlineData("2025-10-25", "2025-10-28", "Sun 26 Oct", 25, "01,02,02,03")]
    public async Task A_day_whose_clocks_change_is_as_long_as_it_lasts(
        string from, string to, string date, int hours, string clocks)
    {
        var page = await OpenAsync(server.Address, $"agent?company=5&agent=1&from={from}&to={to}");
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = $"{date}, {hours} hours" })).ToHaveCountAsync(1);

        var widths = await page.Locator(".ground").EvaluateAllAsync<double[]>(
            "shapes => shapes.map(shape => shape.getBoundingClientRect().width)");
        var axis = await page.Locator(".axis").Nth(1).EvaluateAsync<string>(
            "axis => [...axis.children].map(({ textContent }) => textContent).join()");

        Assert.Equal(3, widths.Length);
        Assert.Equal(hours / 24.0, widths[1] / widths[0], tolerance: 0.001);
        Assert.Contains($"00,{clocks},04", axis);
        Assert.Equal(hours, axis.Split(',').Length);
        await Expect(page.Locator(".timeline b")).ToHaveTextAsync($"{hours} h");
    }

    [Fact]
    public async Task The_download_has_the_segments()
    {
        var page = await OpenAsync(server.Address, $"agent?{TicketDay}&agent=380172");
        await Expect(page.Locator(".day .segment")).ToHaveCountAsync(8);

        var lines = await page.DownloadAsync();

        Assert.Equal("agentId,status,startTime,endTime,origin,carriedIn,open,inBusinessHours,label", lines[0]);
        Assert.Contains(
            "380172,AWAY,2025-10-01T10:00:00.000Z,2025-10-01T10:30:00.000Z,AGENT,false,false,false,Lunch", lines);
        Assert.Equal(9, lines.Length);
    }

    [Fact]
    public async Task An_agent_of_whom_nothing_is_known_says_what_to_do()
    {
        var page = await OpenAsync(server.Address, "agent?company=3&agent=9&range=yesterday");

        await Expect(page.Locator(".box")).ToContainTextAsync("Nothing is known of agent 9");
        await Expect(page.Locator("code").First).ToContainTextAsync("agentstatus seed --company 3");
    }

    [Fact]
    public async Task More_events_than_one_page_come_when_they_are_asked_for()
    {
        await server.RecordAsync(Enumerable.Range(0, 300).Select(second => SeededServer.Event(
            6, 1, string.Create(CultureInfo.InvariantCulture, $"2026-05-04T06:{second / 60:00}:{second % 60:00}Z"),
            second % 2 == 0 ? Status.Online : Status.Busy)));
        var page = await OpenAsync(server.Address, "agent?company=6&agent=1&from=2026-05-04&to=2026-05-05");
        var rows = page.Locator(".events tbody tr");
        await Expect(rows).ToHaveCountAsync(250);

        await page.GetByRole(AriaRole.Button, new() { Name = "More" }).ClickAsync();

        await Expect(rows).ToHaveCountAsync(300);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "More" })).ToBeHiddenAsync();
    }
}
