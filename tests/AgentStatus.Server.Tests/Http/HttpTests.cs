using System.Net;
using System.Text;
using System.Text.Json;

namespace AgentStatus.Server.Tests.Http;

/// <summary>Tests with a server that has its second endpoint, and a client for it.</summary>
public abstract class HttpTests : IAsyncLifetime
{
    private protected static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private protected TestServer Server { get; private set; } = null!;

    private protected HttpClient Client { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync(Now, "--Http", "http://127.0.0.1:0");
        Client = new HttpClient { BaseAddress = Server.Http };
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private protected Task<HttpResponseMessage> PostAsync(string path, string json) =>
        Client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>The JSON of an answer with this status.</summary>
    private protected static async Task<JsonElement> JsonAsync(
        Task<HttpResponseMessage> sent, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await sent;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(text).RootElement;
    }
}
