using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace AgentStatus.Page.Tests.Running;

/// <summary>Debian's Chromium, one for all tests. Where it is missing they are skipped with the reason; where
/// AGENTSTATUS_TEST_TOOLS says "required", as .ci/run does, they fail.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Executable = "/usr/bin/chromium";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Executable)) return;
        Assertions.SetDefaultExpectTimeout((float)Until.Limit.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Executable,
            // Containers have no sandbox for it, and it opens nothing but our page.
            Args = ["--no-sandbox"],
        });
    }

    /// <summary>A window of its own: nothing of another test's is stored in it.</summary>
    public Task<IBrowserContext> OpenAsync(ColorScheme theme)
    {
        if (_browser is null)
        {
            const string Reason = "missing: Debian's chromium";
            if (Environment.GetEnvironmentVariable("AGENTSTATUS_TEST_TOOLS") == "required") Assert.Fail(Reason);
            Assert.Skip(Reason);
        }

        return _browser!.NewContextAsync(new()
        {
            ColorScheme = theme,
            ViewportSize = new() { Width = 1360, Height = 850 },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
