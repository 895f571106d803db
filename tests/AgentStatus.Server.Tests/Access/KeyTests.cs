using AgentStatus.Server.Tests.CompanySettings;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace AgentStatus.Server.Tests.Access;

/// <summary>Keys come and go while the server runs, and what is wrong is refused.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Permission[] Asking = [Permission.Classify, Permission.Watch];

    private readonly KeyFile _keys = new();
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await _keys.With("cip", Asking, 1).With("board", Asking, 1).StartServerAsync(Now);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public async Task A_new_key_is_known_soon_and_a_removed_one_is_not()
    {
        await KeyFile.Service(_server, "cip").ClassifyAsync();
        Assert.Equal("CREDENTIALS_INVALID", await WhyRefusedAsync("new"));
        _keys.With("new", Asking, 1).Remove("cip");
        await UntilAsync(async () => await WhyRefusedAsync("new") is null);
        Assert.Equal("CREDENTIALS_INVALID", await WhyRefusedAsync("cip"));
        Assert.Null(await WhyRefusedAsync("board"));
    }

    [Fact]
    public async Task A_key_that_may_do_less_may_do_less_soon()
    {
        await KeyFile.Service(_server, "cip").ClassifyAsync();
        _keys.With("cip", [Permission.Watch], 1);
        await UntilAsync(async () => await WhyRefusedAsync("cip") == "PERMISSION_MISSING");
    }

    [Fact]
    public async Task A_broken_file_is_said_once_and_the_old_keys_stay()
    {
        _keys.Write("{\"keys\": [7, 8]}");
        await UntilAsync(() => Task.FromResult(Said("keys[0] is no object").Any()));
        for (var i = 0; i < 3; i++) _server.Time.Advance(ServerLimits.CredentialCheckInterval);
        Assert.Null(await WhyRefusedAsync("cip"));
        File.Delete(_keys.Path);
        await UntilAsync(() => Task.FromResult(Said("cannot be read").Any()));
        Assert.Null(await WhyRefusedAsync("cip"));
        Assert.Single(Said("keys[0] is no object"));
        _keys.Save();
        _keys.Remove("cip");
        await UntilAsync(async () => await WhyRefusedAsync("cip") is not null);
    }

    [Fact]
    public async Task A_pipe_or_too_large_a_file_in_its_place_is_said_and_the_old_keys_stay()
    {
        if (OperatingSystem.IsWindows()) return;
        Fifo.Make(_keys.Path);
        var writing = Task.Run( // Opens when the server does.
            () => new FileStream(_keys.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
        await UntilAsync(() => Task.FromResult(Said("cannot be read").Any()));
        Assert.Null(await WhyRefusedAsync("cip"));
        (await writing).Dispose();

        File.Delete(_keys.Path);
        _keys.Write(new string(' ', ServerLimits.CredentialFileBytes + 1));
        await UntilAsync(() => Task.FromResult(Said("CredentialFileBytes is 4000000").Any()));
        Assert.Null(await WhyRefusedAsync("cip"));
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_warned_of()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Empty(Said("0600"));
        File.SetUnixFileMode(_keys.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await _server.RestartAsync();
        Assert.Single(Said("0600"));
    }

    [Theory]
    [InlineData("Bearer", "CREDENTIALS_INVALID")]
    [InlineData("Bearer ", "CREDENTIALS_INVALID")]
    [InlineData("Basic Y2lwOmNpcA==", "CREDENTIALS_INVALID")]
    [InlineData("cip-0123456789", "CREDENTIALS_INVALID")]
    [InlineData("Bearer CIP-0123456789", "CREDENTIALS_INVALID")]
    [InlineData("Bearer cip-0123456789x", "CREDENTIALS_INVALID")]
    [InlineData("bearer cip-0123456789", null)]
    public async Task A_header_must_be_a_known_key(string header, string? reason) =>
        Assert.Equal(reason, await WhyRefusedAsync(header));

    [Fact]
    public async Task Two_headers_and_long_ones_are_refused()
    {
        Assert.Equal("CREDENTIALS_INVALID", await WhyRefusedAsync("Bearer cip-0123456789", "Bearer cip-0123456789"));
        Assert.Equal("CREDENTIALS_INVALID", await WhyRefusedAsync($"Bearer {new string('a', 10_000)}"));
    }

    [Fact]
    public async Task Refused_requests_are_counted_and_said_once_a_minute_without_the_key()
    {
        using var metrics = MeterReadings.Of(_server);
        for (var i = 0; i < 5; i++) await WhyRefusedAsync("Bearer secret-of-somebody");
        Assert.Equal(5, metrics["agentstatus.access.refused"]);
        Assert.Contains("Refused 1 requests", Assert.Single(Said("Refused")));
        _server.Pass(ServerLimits.SaidAgainAfter);
        await WhyRefusedAsync("Bearer secret-of-somebody");
        Assert.Contains(Said("Refused"), line => line.Contains("Refused 5 requests"));
        Assert.Empty(Said("secret-of-somebody"));
    }

    [Fact]
    public async Task Streams_end_when_their_key_is_removed_and_no_others()
    {
        using var rings = KeyFile.Service(_server, "cip").StreamRingTargets();
        await AskAsync(rings);
        using var othersRings = KeyFile.Service(_server, "board").StreamRingTargets();
        await AskAsync(othersRings);
        using var watch = KeyFile.Service(_server, "cip").WatchStatuses(new() { CompanyId = 1 });
        Assert.True(await watch.ResponseStream.MoveNext());
        using var http = KeyFile.Http(_server, "cip");
        using var lines = await http.GetAsync(
            "/v1/companies/1/statuses:watch", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await lines.Content.ReadAsStreamAsync());
        await reader.ReadLineAsync();

        _keys.Remove("cip");
        Task<string?>[] ends =
        [
            EndOfAsync(rings.ResponseStream), EndOfAsync(watch.ResponseStream),
            Task.Run(async () => (await reader.ReadToEndAsync()).Split('\n').Last(line => line.Length > 0))!,
        ];
        await UntilAsync(() => Task.FromResult(ends.All(end => end.IsCompleted)));
        Assert.Equal("CREDENTIALS_ENDED", await ends[0]);
        Assert.Equal("CREDENTIALS_ENDED", await ends[1]);
        Assert.Contains("CREDENTIALS_ENDED", await ends[2]);
        Assert.Contains("\"code\":16", (await ends[2])!.Replace(" ", ""));
        await AskAsync(othersRings);
    }

    private static async Task AskAsync(
        AsyncDuplexStreamingCall<StreamRingTargetsRequest, StreamRingTargetsResponse> rings)
    {
        await rings.RequestStream.WriteAsync(new() { RequestId = 1, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());
        Assert.Null(rings.ResponseStream.Current.Error);
    }

    private static async Task<string?> EndOfAsync<T>(IAsyncStreamReader<T> answers)
    {
        try
        {
            while (await answers.MoveNext(CancellationToken.None))
            {
            }

            return "OK";
        }
        catch (RpcException ended)
        {
            Assert.Equal(StatusCode.Unauthenticated, ended.StatusCode);
            return ended.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;
        }
    }

    private IEnumerable<string> Said(string what) => _server.Log.Warnings.Where(line => line.Contains(what));

    private Task UntilAsync(Func<Task<bool>> condition) => Until.TrueAsync(
        async () =>
        {
            _server.Time.Advance(ServerLimits.CredentialCheckInterval);
            return await condition();
        },
        "the server has seen the file");

    /// <summary>The reason, or null where it is answered. A header, or several, or the id of a key.</summary>
    private async Task<string?> WhyRefusedAsync(params string[] headers)
    {
        try
        {
            var invoker = headers[0].Contains(' ') || headers[0].Contains('-') || headers[0] == "Bearer"
                ? _server.Channel.Intercept(sent =>
                {
                    foreach (var header in headers) sent.Add("authorization", header);
                    return sent;
                })
                : KeyFile.Invoker(_server, headers[0]);
            await new AgentStatusService.AgentStatusServiceClient(invoker).ClassifyAsync();
            return null;
        }
        catch (RpcException refused)
        {
            return refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;
        }
    }
}
