using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace AgentStatus.Page.Tests.Running;

/// <summary>Tests that look at the page. Each ends with no error in it: none thrown, none on the console (refusals of
/// the Content-Security-Policy are there), and no file missing.</summary>
public abstract class PageTests(Chromium chromium) : IAsyncLifetime
{
    private readonly List<IBrowserContext> _windows = [];
    private readonly ConcurrentQueue<string> _errors = [];

    /// <summary>What the browser itself says about an answer that is an error, or about none, where a test has one.</summary>
    protected List<string> Expected { get; } = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var window in _windows) await window.DisposeAsync();
        await ClosedAsync();
        GC.SuppressFinalize(this);
        Assert.DoesNotContain(_errors, error => !Expected.Any(error.Contains));
    }

    /// <summary>No window is open any more.</summary>
    private protected virtual ValueTask ClosedAsync() => ValueTask.CompletedTask;

    /// <summary>Opens a view, such as "report?company=1".</summary>
    protected async Task<IPage> OpenAsync(Uri server, string view, ColorScheme theme = ColorScheme.Light)
    {
        var window = await chromium.OpenAsync(theme);
        _windows.Add(window);
        var page = await window.NewPageAsync();
        page.SetDefaultTimeout((float)Until.Limit.TotalMilliseconds);
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning") _errors.Enqueue($"{said.Text} {said.Location}");
        };
        await page.GotoAsync($"{server}#/{view}");
        return page;
    }

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
