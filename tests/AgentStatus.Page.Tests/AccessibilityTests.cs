using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

public sealed class AccessibilityTests(Chromium chromium, SeededServer server) : PageTests(chromium)
{
    public static TheoryData<string, string, ColorScheme> Views()
    {
        var data = new TheoryData<string, string, ColorScheme>();
        foreach (var theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            data.Add("report?company=280197&from=2025-10-01&to=2025-10-02&by=hour", "tfoot", theme);
            data.Add("report?company=3", "code", theme);
            data.Add("report?company=x", "[role=alert]", theme);
            data.Add("agent?company=280197&agent=380174&from=2025-09-30&to=2025-10-03", ".ring", theme);
            data.Add("agent?company=280197&agent=380172&from=2025-10-01&to=2025-10-02", ".segment", theme);
            data.Add("calls?company=280197&from=2025-10-01&to=2025-10-02", "tbody", theme);
            data.Add($"calls?company=280197&call={SeededServer.ChangedCall}", "tbody", theme);
            data.Add("live?company=280197", "[data-agent]", theme);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Axe_finds_nothing(string view, string ready, ColorScheme theme)
    {
        var page = await OpenAsync(server.Address, view, theme);
        await page.Locator(ready).First.WaitForAsync();

        var found = await page.RunAxe();

        Assert.NotEmpty(found.Passes);
        Assert.Empty(found.Violations.Select(violation =>
            $"{violation.Id}: {violation.Help}: {string.Join(" ", violation.Nodes.Select(node => node.Html))}"));
    }

    [Fact]
    public async Task Going_to_another_view_moves_the_focus_to_its_heading()
    {
        var page = await OpenAsync(server.Address, "report?company=3");

        await page.GetByRole(AriaRole.Link, new() { Name = "Live" }).ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("Live");
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Live" })).ToHaveAttributeAsync("aria-current", "page");
    }
}
