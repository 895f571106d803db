using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AgentStatus.Server.Access;
using AgentStatus.Server.Tests.Http;
using AgentStatus.Server.Tests.Tls;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace AgentStatus.Server.Tests.Access;

/// <summary>Clients that say who they are by the certificate of their connection, over real handshakes. Company 1 is
/// the caller's, 2 another's.</summary>
public sealed class ShownCertificateTests : IAsyncLifetime
{
    private static readonly Permission[] All = [.. Enum.GetValues<Permission>().Where(permission => permission > 0)];

    private readonly TempDirectory _folder = new();
    private TlsServer _tls = null!;

    private string NamesFile => _folder.File("names.json");

    public async ValueTask InitializeAsync()
    {
        WriteNames(("one", 1), ("two", 2));
        _tls = await TlsServer.StartWithClientsAsync("optional", "--Authentication:Certificates", NamesFile);
    }

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_RPC_is_answered_for_the_own_company_and_refused_for_another()
    {
        using var certificate = _tls.Authority.Client("one");
        using var channel = _tls.Channel(certificate);
        foreach (var rpc in AnyRpc.All)
        {
            var (code, _, _) = await AnyRpc.AskAsync(channel.CreateCallInvoker(), rpc, AnyRpc.Request(rpc, 2));
            Assert.Equal((rpc.Name, StatusCode.PermissionDenied), (rpc.Name, code));
            if (!AnyRpc.NamesCompany(rpc)) continue;
            (code, _, _) = await AnyRpc.AskAsync(channel.CreateCallInvoker(), rpc, AnyRpc.Request(rpc, 1));
            Assert.DoesNotContain(code, new[] { StatusCode.PermissionDenied, StatusCode.Unauthenticated });
        }
    }

    [Theory]
    [InlineData("nobody", "CREDENTIALS_INVALID")]
    [InlineData(null, "CREDENTIALS_MISSING")]
    public async Task Without_a_known_certificate_nothing_is_answered(string? name, string reason)
    {
        using var certificate = name is null ? null : _tls.Authority.Client(name);
        using var channel = _tls.Channel(certificate);
        foreach (var rpc in AnyRpc.All)
        {
            var (code, _, why) = await AnyRpc.AskAsync(channel.CreateCallInvoker(), rpc, AnyRpc.Request(rpc, 1));
            Assert.Equal((rpc.Name, StatusCode.Unauthenticated, reason), (rpc.Name, code, why));
        }

        using var http = _tls.HttpClient(certificate);
        foreach (var rpc in JsonRequests.Methods)
            Assert.Equal((int)StatusCode.Unauthenticated, Code(await http.AskAsync(AnyRpc.Request(rpc, 1))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_path_is_answered_for_the_own_company_and_refused_for_another(bool isPortShared)
    {
        if (isPortShared)
        {
            var address = $"https://127.0.0.1:{LoopbackPort.Free()}";
            await _tls.Server.RestartAsync("--Endpoint", address, "--Http", address);
        }

        using var certificate = _tls.Authority.Client("one");
        using var http = _tls.HttpClient(certificate);
        foreach (var rpc in JsonRequests.Methods)
        {
            Assert.Equal((int)StatusCode.PermissionDenied, Code(await http.AskAsync(AnyRpc.Request(rpc, 2))));
            if (rpc.IsServerStreaming) continue;
            Assert.DoesNotContain(
                Code(await http.AskAsync(AnyRpc.Request(rpc, 1))),
                new[] { (int)StatusCode.PermissionDenied, (int)StatusCode.Unauthenticated });
        }

        using var page = await http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Where_certificates_are_required_they_say_who_asks_and_without_one_nobody_does()
    {
        await _tls.Server.RestartAsync("--Tls:ClientCertificates", "required");
        using var certificate = _tls.Authority.Client("one");
        using var channel = _tls.Channel(certificate);
        await new AgentStatusService.AgentStatusServiceClient(channel).RecordAsync(V1.AgentStatus.Online);
        using var unknown = _tls.Authority.Client("nobody");
        using var another = _tls.Channel(unknown);
        var refused = await Refused.ByAsync(
            () => new AgentStatusService.AgentStatusServiceClient(another).ClassifyAsync());
        Assert.Equal(StatusCode.Unauthenticated, refused.Code);
        using var without = _tls.Channel();
        await Assert.ThrowsAsync<RpcException>(
            () => new AgentStatusService.AgentStatusServiceClient(without).ClassifyAsync());
    }

    [Fact]
    public async Task A_certificate_that_ends_ends_its_streams_and_its_connection_is_refused()
    {
        using var certificate = ShortLived(out var lastSecond);
        using var channel = _tls.Channel(certificate);
        using var http = _tls.HttpClient(certificate);
        var service = new AgentStatusService.AgentStatusServiceClient(channel);
        using var rings = service.StreamRingTargets();
        await rings.RequestStream.WriteAsync(new() { RequestId = 1, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());
        using var board = service.WatchStatuses(new() { CompanyId = 1 });
        Assert.True(await board.ResponseStream.MoveNext());
        using var lines = await http.GetAsync(
            "/v1/companies/1/statuses:watch", HttpCompletionOption.ResponseHeadersRead);
        var ends = new[] { EndAsync(rings.ResponseStream), EndAsync(board.ResponseStream) };
        var text = lines.Content.ReadAsStringAsync();

        _tls.Server.Pass(lastSecond - _tls.Server.Time.GetUtcNow());
        await service.ClassifyAsync();
        Assert.DoesNotContain(ends.Append<Task>(text), end => end.IsCompleted);

        await Until.TrueAsync(
            () =>
            {
                _tls.Server.Pass(TimeSpan.FromSeconds(1));
                return ends.Append<Task>(text).All(end => end.IsCompleted);
            },
            "all streams have ended");
        foreach (var end in ends)
            Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_ENDED"), await end);
        Assert.Contains("CREDENTIALS_ENDED", await text);
        var refused = await Refused.ByAsync(() => service.ClassifyAsync());
        Assert.Equal(StatusCode.Unauthenticated, refused.Code);
        Assert.Contains("not good any more", refused.Message);
    }

    [Fact]
    public async Task A_name_that_is_taken_out_of_the_file_ends_its_streams()
    {
        using var certificate = _tls.Authority.Client("one");
        using var channel = _tls.Channel(certificate);
        using var rings = new AgentStatusService.AgentStatusServiceClient(channel).StreamRingTargets();
        await rings.RequestStream.WriteAsync(new() { RequestId = 1, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());
        var end = EndAsync(rings.ResponseStream);
        WriteNames(("two", 2));
        await Until.TrueAsync(
            () =>
            {
                _tls.Server.Pass(ServerLimits.CredentialCheckInterval);
                return end.IsCompleted;
            },
            "the stream has ended");
        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_ENDED"), await end);
    }

    /// <summary>One of a minute by the server's clock. TLS asks the machine's clock instead, so that it ends in that
    /// one's future.</summary>
    private X509Certificate2 ShortLived(out DateTimeOffset lastSecond)
    {
        var server = _tls.Server.Time.GetUtcNow();
        var machine = TimeProvider.System.GetUtcNow();
        lastSecond = DateTimeOffset.FromUnixTimeSeconds((machine > server ? machine : server).ToUnixTimeSeconds())
            .AddDays(1);
        _tls.Server.Pass(lastSecond.AddMinutes(-1) - server);
        return _tls.Authority.Client("one", lastSecond);
    }

    private static async Task<(StatusCode Code, string? Reason)> EndAsync<T>(IAsyncStreamReader<T> answers)
    {
        try
        {
            while (await answers.MoveNext(CancellationToken.None))
            {
            }

            return default;
        }
        catch (RpcException end)
        {
            return (end.StatusCode, end.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
        }
    }

    private static int Code(IMessage answer) => (answer as Status)?.Code ?? 0;

    private void WriteNames(params (string Name, long Company)[] names) => File.WriteAllText(
        NamesFile,
        JsonSerializer.Serialize(new
        {
            certificates = names.Select(one => new
            {
                id = one.Name,
                name = $"subject:CN={one.Name}",
                permissions = All.Select(permission => permission.ToString().ToLowerInvariant()),
                companies = new[] { one.Company },
            }),
        }));
}
