using Microsoft.Playwright;

namespace AgentStatus.Page.Tests.Running;

internal static class PageExtensions
{
    /// <summary>The lines of the CSV file that the view offers.</summary>
    public static async Task<string[]> DownloadAsync(this IPage page)
    {
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Download CSV" });
        var download = await page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename);
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        return (await reader.ReadToEndAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
