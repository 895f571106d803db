using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;

namespace AgentStatus.Page.Tests;

/// <summary>Where the server wants to know who asks, the page asks for a key, and keeps it for its tab alone.</summary>
public sealed class SignInTests(Chromium chromium) : PageTests(chromium)
{
    private const string Key = "key-of-a-supervisor";

    private readonly TempDirectory _folder = new();
    private ServerProcess? _server;

    [Fact]
    public async Task A_key_opens_the_page_for_this_tab_and_for_its_own_company()
    {
        Expected.Add("401");
        Expected.Add("403");
        await StartAsync();
        foreach (var view in (string[])["report?company=1", "live?company=1"])
        {
            var page = await OpenAsync(_server!.Http, view);
            var key = page.GetByLabel("Key or token");
            var signIn = page.GetByRole(AriaRole.Button, new() { Name = "Sign in" });
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("say who asks");
            await key.FillAsync("wrong");
            await signIn.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("the key is not known");
            await key.FillAsync(Key);
            await signIn.ClickAsync();
            await Expect(page.GetByText("no agents").First).ToBeVisibleAsync();

            // It stays when the page is loaded again, and is in no other tab.
            await page.ReloadAsync();
            await Expect(page.GetByText("no agents").First).ToBeVisibleAsync();
            var other = await page.Context.NewPageAsync();
            await other.GotoAsync($"{_server.Http}#/{view}");
            await Expect(other.GetByLabel("Key or token")).ToBeVisibleAsync();
            Assert.Equal("[]", await page.EvaluateAsync<string>(
                "JSON.stringify(Object.values(localStorage).filter(value => value.includes('key')))"));

            await page.GotoAsync($"{_server.Http}#/{view.Replace('1', '2')}");
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(
                "page may not ask this: it needs the permission");
            await Expect(page.GetByLabel("Key or token")).ToBeVisibleAsync();
        }
    }

    private protected override ValueTask ClosedAsync()
    {
        _server?.Dispose();
        _folder.Dispose();
        return base.ClosedAsync();
    }

    private async Task StartAsync()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)));
        await File.WriteAllTextAsync(_folder.File("keys.json"), $$"""
            {"keys": [{"id": "page", "sha256": "{{hash}}", "permissions": ["report", "watch"], "companies": [1]}]}
            """);
        _server = await PageServer.ServingAsync(
            _folder.File("store"), "--Authentication:KeysFile", _folder.File("keys.json"));
    }
}
