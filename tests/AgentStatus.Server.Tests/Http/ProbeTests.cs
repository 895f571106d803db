using AgentStatus.Server.Tests.Recording;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Http;

/// <summary>/healthz and /readyz.</summary>
public sealed class ProbeTests : HttpTests
{
    [Fact]
    public async Task A_server_that_serves_says_so_to_whoever_asks_by_whatever_name()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/readyz") { Headers = { Host = "probe.example" } };
        var ready = await JsonAsync(Client.SendAsync(request));
        Assert.Equal(
            """{"state":"serving","memory":"warm","store":"reachable","recording":true}""", ready.GetRawText());
        Assert.Equal("""{"state":"alive"}""", (await JsonAsync(Client.GetAsync("/healthz"))).GetRawText());
        using var head = await Client.SendAsync(new(HttpMethod.Head, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        using var post = await Client.PostAsync("/readyz", null);
        Assert.Equal(HttpStatusCode.NotFound, post.StatusCode);
    }

    [Fact]
    public async Task A_server_whose_memory_is_being_filled_lives_and_is_not_ready()
    {
        using var isOpen = new ManualResetEventSlim();
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{LoopbackPort.Free()}") };
        var starting = TestServer.StartOverAsync(
            Now, store => new ControlledStore(store) { BeforeLoad = isOpen.Wait }, "--Http", $"{client.BaseAddress}");
        await Until.TrueAsync(async () => await StatusAsync(client, "/healthz") == HttpStatusCode.OK);
        var ready = await JsonAsync(client.GetAsync("/readyz"), HttpStatusCode.ServiceUnavailable);
        Assert.Equal(("starting", "filling"), (Text(ready, "state"), Text(ready, "memory")));
        isOpen.Set();
        await using var server = await starting;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/readyz"));
    }

    [Fact]
    public async Task A_server_that_cannot_record_is_ready_and_says_what_is_wrong()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Noticed on Linux alone.");
        Server.ExpectsErrors = true;
        var path = Server.Store.File!.Path;
        File.Move(path, path + ".moved");
        await Assert.ThrowsAsync<RpcException>(() => Server.Service.RecordAsync(V1.AgentStatus.Online));
        var ready = await JsonAsync(Client.GetAsync("/readyz"));
        Assert.Equal("lost", Text(ready, "store"));
        Assert.False(ready.GetProperty("recording").GetBoolean());
        File.Move(path + ".moved", path);
        await Server.Service.RecordAsync(V1.AgentStatus.Online);
        Assert.Equal("reachable", Text(await JsonAsync(Client.GetAsync("/readyz")), "store"));
    }

    private static string? Text(System.Text.Json.JsonElement of, string name) => of.GetProperty(name).GetString();

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient client, string path)
    {
        try
        {
            using var response = await client.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
