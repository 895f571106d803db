using Microsoft.Extensions.Options;

namespace AgentStatus.Client.Tests;

/// <summary>Who asks goes along with each request, repeated ones too.</summary>
public sealed class CredentialsTests : FakeServerTests
{
    [Fact]
    public async Task A_key_goes_along_with_each_request()
    {
        using var client = Server.Connect(options => options.ApiKey = "abc");
        Server.Service.OnRecord = (_, context) => throw new RpcException(new(StatusCode.AlreadyExists, Sent(context)));
        for (var i = 0; i < 2; i++) Assert.Equal("Bearer abc", await SentAsync(client));
    }

    [Fact]
    public async Task Each_request_and_each_attempt_has_the_token_of_that_time()
    {
        var (given, sent) = (0, new List<string>());
        using var client = Server.Connect(options => options.TokenProvider = _ => new($"token{++given}"));
        Server.Service.OnRecord = (_, context) =>
        {
            sent.Add(Sent(context));
            var code = sent.Count == 1 ? StatusCode.Unavailable : StatusCode.AlreadyExists;
            throw new RpcException(new(code, Sent(context)));
        };
        Assert.Equal("Bearer token2", await SentAsync(client));
        Assert.Equal("Bearer token3", await SentAsync(client));
        Assert.Equal(["Bearer token1", "Bearer token2", "Bearer token3"], sent);
    }

    [Fact]
    public async Task A_watch_whose_token_has_run_out_goes_on_with_the_next_one()
    {
        var streams = 0;
        Server.Service.OnWatch = async (_, responses, _) =>
        {
            streams++;
            await responses.WriteAsync(new());
            throw new RpcException(new(StatusCode.Unauthenticated, "ended"));
        };
        using var client = Server.Connect(options => options.TokenProvider = _ => new("token"));
        await foreach (var update in client.WatchStatusesAsync(new() { CompanyId = 1 }))
            if (update.BeginsAnew && streams > 2) break;

        // With a key it does not help to come again.
        using var withKey = Server.Connect(options => options.ApiKey = "key");
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var update in withKey.WatchStatusesAsync(new() { CompanyId = 1 }))
                Assert.True(update.IsLive);
        });
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void A_key_is_printable_ASCII(string key) => Assert.Contains(
        "ApiKey",
        Assert.Throws<OptionsValidationException>(() => new AgentStatusClient(new() { ApiKey = key })).Message);

    [Fact]
    public void A_client_has_a_key_or_a_token() => Assert.Contains("both", Assert.Throws<OptionsValidationException>(
        () => new AgentStatusClient(new() { ApiKey = "a", TokenProvider = _ => new("b") })).Message);

    private static string Sent(ServerCallContext context) => $"{context.RequestHeaders.GetValue("authorization")}";

    private static async Task<string> SentAsync(AgentStatusClient client) => (await Assert.ThrowsAsync<RpcException>(
        () => client.RecordStatusAsync(new() { CompanyId = 1, AgentId = 1 }))).Status.Detail;
}
