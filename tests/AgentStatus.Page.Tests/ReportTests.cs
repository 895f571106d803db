using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

public sealed class ReportTests(Chromium chromium, SeededServer server) : PageTests(chromium)
{
    private const string TicketDay = "report?company=280197&from=2025-10-01&to=2025-10-02";

    [Fact]
    public async Task Each_agent_has_its_time_per_status_and_label()
    {
        var page = await OpenAsync(server.Address, TicketDay);

        await Expect(Cell(page, 380171, "OFFLINE")).ToHaveTextAsync("7:00:00");
        await Expect(Cell(page, 380171, "OUTSIDE")).ToHaveTextAsync("8:01:48");
        await Expect(Cell(page, 380171, "UNKNOWN")).ToHaveTextAsync("8:58:12");
        await Expect(Cell(page, 380172, "AWAY")).ToHaveTextAsync("1:00:00");
        await Expect(Cell(page, 380172, "AWAY Lunch")).ToHaveTextAsync("0:30:00");
        await Expect(Cell(page, 380172, "AWAY Training")).ToHaveTextAsync("0:30:00");
        await Expect(page.Locator("header p").Last).ToContainTextAsync("Wed 1 Oct 2025 · Europe/Prague");
    }

    [Fact]
    public async Task The_figures_add_up_by_row_and_by_column()
    {
        var page = await OpenAsync(server.Address, TicketDay);
        await Expect(page.Locator("tfoot th")).ToHaveTextAsync("Total");

        var rows = await FiguresAsync(page, "tbody tr");
        var total = Assert.Single(await FiguresAsync(page, "tfoot tr"));

        Assert.All(rows, row => Assert.Equal(86_400_000, Sum(row)));
        Assert.All(total, column => Assert.Equal(rows.Sum(row => row[column.Key]), column.Value));
    }

    [Fact]
    public async Task Days_on_which_clocks_change_have_23_and_25_hours()
    {
        var spring = await OpenAsync(
            server.Address, "report?company=5&from=2026-03-28&to=2026-03-31&by=day");
        var autumn = await OpenAsync(
            server.Address, "report?company=5&from=2025-10-25&to=2025-10-28&by=day");

        await Expect(spring.Locator(".period")).ToHaveCountAsync(3);
        await Expect(autumn.Locator(".period")).ToHaveCountAsync(3);

        Assert.Equal([24, 23, 24], (await FiguresAsync(spring, ".period")).Select(row => Sum(row) / 3_600_000));
        Assert.Equal([24, 25, 24], (await FiguresAsync(autumn, ".period")).Select(row => Sum(row) / 3_600_000));
        await Expect(spring.Locator(".period th").Nth(1)).ToHaveTextAsync("Sun 29 Mar 00:00");
    }

    [Fact]
    public async Task A_column_sorts_and_the_url_keeps_how()
    {
        var page = await OpenAsync(server.Address, TicketDay);
        var agents = page.Locator("tbody th");
        await Expect(agents).ToHaveTextAsync(["380171", "380172", "380174"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Online" }).ClickAsync();

        await Expect(agents.First).ToHaveTextAsync("380172");
        await Expect(page.Locator("[aria-sort=descending]")).ToHaveTextAsync("Online");
        await page.ReloadAsync();
        await Expect(agents.First).ToHaveTextAsync("380172");
    }

    [Fact]
    public async Task A_bar_opens_the_agent_and_back_goes_back()
    {
        var page = await OpenAsync(server.Address, TicketDay);

        await page.Locator("[data-agent='380172'] .bar").ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Agent 380172");
        await Expect(page.Locator("header p").Last).ToContainTextAsync("Wed 1 Oct 2025");
        await page.GoBackAsync();
        await Expect(Cell(page, 380171, "OFFLINE")).ToHaveTextAsync("7:00:00");
    }

    [Fact]
    public async Task A_thousand_agents_come_page_by_page_and_are_drawn_in_portions()
    {
        var page = await OpenAsync(server.Address, "report?company=3");
        // How many agents there are each time that the browser paints.
        await page.EvaluateAsync("""
            window.painted = new Set();
            (function paint() {
              window.painted.add(document.querySelectorAll('tbody').length);
              requestAnimationFrame(paint);
            })();
            """);
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.Contains("/breakdown") ? 1 : 0;

        await page.EvaluateAsync("location.hash = '#/report?company=2&from=2026-05-04&to=2026-05-05&by=hour'");

        await Expect(page.Locator("tbody")).ToHaveCountAsync(SeededServer.LargeCompanyAgents);
        await Expect(page.Locator("header p").Last).ToContainTextAsync("1,000 agents");
        Assert.Equal(10, asked);
        var painted = await page.EvaluateAsync<int[]>("[...window.painted].sort((a, b) => a - b)");
        Assert.Equal([0, .. Enumerable.Range(1, 10).Select(portion => 100 * portion)], painted);
    }

    [Fact]
    public async Task As_known_at_an_instant_the_late_event_and_the_retraction_do_not_count()
    {
        var prague = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague");
        var known = TimeZoneInfo.ConvertTime(server.BeforeChanges, prague)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture);

        var then = await OpenAsync(server.Address, $"{TicketDay}&agents=380174,380175&known={known}");
        var now = await OpenAsync(server.Address, $"{TicketDay}&agents=380174,380175");

        await Expect(Cell(then, 380174, "ONLINE")).ToHaveTextAsync("15:30:00");
        await Expect(Cell(then, 380175, "ONLINE")).ToHaveTextAsync("15:30:00");
        await Expect(then.Locator("header p").Last).ToContainTextAsync("as known at");
        await Expect(Cell(now, 380174, "ONLINE")).ToHaveTextAsync("2:40:00");
        await Expect(Cell(now, 380175, "UNKNOWN")).ToHaveTextAsync("24:00:00");
    }

    [Fact]
    public async Task The_download_has_what_the_server_says()
    {
        var page = await OpenAsync(server.Address, $"{TicketDay}&by=hour");
        await Expect(page.Locator("tbody")).ToHaveCountAsync(3);

        var lines = await page.DownloadAsync();

        Assert.Equal("agent_id,start_time,end_time,status,label,seconds", lines[0]);
        Assert.Contains("380172,2025-10-01T10:00:00.000Z,2025-10-01T11:00:00.000Z,AWAY,Lunch,1800", lines);
        var seconds = lines.Skip(1).Sum(line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture));
        Assert.Equal(3 * 86_400, seconds);
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_with_the_field()
    {
        Expected.Add("400");
        var page = await OpenAsync(server.Address, "report?company=1&from=2090-01-01&to=2090-01-02");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server refused: start_time:");
    }

    [Theory]
    [InlineData("company=x", "Company must be a number")]
    [InlineData("company=1&agents=5,-1", "Agents must be a number, 1 or more; \"-1\" is none")]
    [InlineData("company=1&from=2025-13-01&to=2025-10-02", "From must be a date and time")]
    [InlineData("company=1&from=2025-10-02&to=2025-10-02", "To must lie after the start")]
    [InlineData("company=1&zone=Mars/Olympus", "Europe/Prague; \"Mars/Olympus\" is none")]
    public async Task What_makes_no_sense_is_said_with_the_field(string query, string sentence)
    {
        Expected.Add("does not conform to the required format");
        var page = await OpenAsync(server.Address, $"report?{query}");

        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(sentence);
    }

    [Fact]
    public async Task A_company_whose_settings_have_Windows_name_of_its_zone_is_shown_in_it()
    {
        var page = await OpenAsync(server.Address, "report?company=6&from=2025-10-01&to=2025-10-02");

        await Expect(page.Locator("header p")).ToContainTextAsync("Europe/Budapest");
    }

    [Fact]
    public async Task An_agent_whose_hours_are_not_understood_says_so_and_the_others_have_figures()
    {
        var page = await OpenAsync(server.Address, "report?company=4&from=2025-10-01&to=2025-10-02");

        await Expect(page.Locator("[data-agent='7']")).ToContainTextAsync("agents.7.time_zone");
        await Expect(Cell(page, 8, "ONLINE")).ToHaveTextAsync("16:00:00");
    }

    [Fact]
    public async Task A_company_without_agents_says_what_to_do()
    {
        var page = await OpenAsync(server.Address, "report?company=3");

        await Expect(page.Locator(".box")).ToContainTextAsync("Company 3 has no agents");
        await Expect(page.Locator("code").First).ToHaveTextAsync("agentstatus seed --company 3 --agents 50 --days 60");
    }

    [Theory]
    [InlineData("today", 0, 1)]
    [InlineData("yesterday", -1, 0)]
    [InlineData("last7", -6, 1)]
    public async Task A_range_is_of_the_companys_own_days(string range, int firstDay, int endDay)
    {
        var page = await OpenAsync(server.Address, "report?company=3");
        var request = await page.RunAndWaitForRequestAsync(
            () => page.EvaluateAsync($"location.hash = '#/report?company=280197&range={range}'"),
            sent => sent.Url.Contains("/280197/breakdown", StringComparison.Ordinal));

        var prague = TimeZoneInfo.FindSystemTimeZoneById("Europe/Prague");
        var today = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), prague).Date;
        Assert.Contains(
            $"start_time={Midnight(firstDay)}&end_time={Midnight(endDay)}&", Uri.UnescapeDataString(request.Url));

        string Midnight(int day) => TimeZoneInfo.ConvertTimeToUtc(today.AddDays(day), prague)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("week", DayOfWeek.Monday, 7, 7)]
    [InlineData("month", null, 28, 31)]
    [InlineData("lastmonth", null, 28, 31)]
    public async Task Weeks_begin_on_monday_and_months_on_the_first(
        string range, DayOfWeek? weekday, int least, int most)
    {
        var page = await OpenAsync(server.Address, $"report?company=3&range={range}");
        await Expect(page.Locator(".box")).ToBeVisibleAsync();

        var first = await DateAsync("from");
        var end = await DateAsync("to");

        if (weekday is { } begins) Assert.Equal(begins, first.DayOfWeek);
        else Assert.Equal((1, 1), (first.Day, end.Day));
        Assert.InRange((end - first).TotalDays, least, most);

        async Task<DateTime> DateAsync(string field) => DateTime.Parse(
            await page.Locator($"[name={field}]").InputValueAsync(), CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task The_form_makes_the_url()
    {
        var page = await OpenAsync(server.Address, "report?company=3");

        await page.GetByLabel("Company", new() { Exact = true }).FillAsync("280197");
        await page.GetByLabel("Range").SelectOptionAsync("custom");
        await page.GetByLabel("From").FillAsync("2025-10-01T00:00");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("2025-10-02T00:00");
        await page.GetByLabel("Clip").SelectOptionAsync("none");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();

        await Expect(Cell(page, 380171, "OFFLINE")).ToHaveTextAsync("15:01:48");
        Assert.EndsWith("#/report?company=280197&from=2025-10-01T00%3A00&to=2025-10-02T00%3A00&clip=none", page.Url);
    }

    private static ILocator Cell(IPage page, long agent, string key) =>
        page.Locator($"[data-agent='{agent}'] tr:first-child [data-key='{key}']");

    /// <summary>The rows' milliseconds by status and label.</summary>
    private static async Task<List<Dictionary<string, long>>> FiguresAsync(IPage page, string rows)
    {
        var json = await page.EvaluateAsync<string>(
            """
            rows => JSON.stringify([...document.querySelectorAll(rows)].map(row => Object.fromEntries(
              [...row.querySelectorAll('[data-key]')].map(({ dataset }) => [dataset.key, Number(dataset.ms)]))))
            """,
            rows);
        return JsonSerializer.Deserialize<List<Dictionary<string, long>>>(json)!;
    }

    // Labels are in their statuses.
    private static long Sum(Dictionary<string, long> row) =>
        row.Where(figure => !figure.Key.Contains(' ')).Sum(figure => figure.Value);
}
