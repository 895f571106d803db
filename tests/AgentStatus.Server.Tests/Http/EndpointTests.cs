using System.Text;
using Grpc.Core;
using Grpc.Net.Client;

namespace AgentStatus.Server.Tests.Http;

/// <summary>What belongs to one endpoint does not answer on the other, and who may ask.</summary>
public sealed class EndpointTests : HttpTests
{
    private const string Path = "/v1/companies/1/hours";

    [Theory]
    [InlineData(null)]
    [InlineData("127.0.0.1:5081")]
    public async Task The_page_and_JSON_do_not_answer_on_the_port_of_gRPC(string? host)
    {
        foreach (var path in (string[])["/", "/index.html", Path])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Server.Port}{path}")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Headers = { Host = host },
            };
            using var response = await Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public Task HTTP_1_does_not_speak_with_the_port_of_gRPC() => Assert.ThrowsAnyAsync<HttpRequestException>(
        async () => (await Client.GetAsync($"http://127.0.0.1:{Server.Port}{Path}")).EnsureSuccessStatusCode());

    [Fact]
    public async Task GRPC_does_not_answer_on_the_second_port()
    {
        using var channel = GrpcChannel.ForAddress(Server.Http);
        var service = new AgentStatusService.AgentStatusServiceClient(channel);
        await Assert.ThrowsAsync<RpcException>(async () => await service.ClassifyAsync());

        // Nor where somebody speaks HTTP/1.1 with its paths.
        foreach (var host in (string?[])[null, $"127.0.0.1:{Server.Port}"])
        {
            foreach (var path in (string[])[
                "/agentstatus.v1.AgentStatusService/RecordStatus", "/agentstatus.v1.AgentStatusService/GetBreakdown",
                "/agentstatus.v1.AdminService/RebuildOfflinePeriods", "/agentstatus.v1.AdminService/ListAuditLog",
                "/grpc.health.v1.Health/Check"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path)
                {
                    Content = new ByteArrayContent(new byte[5]),
                    Headers = { Host = host },
                };
                request.Content.Headers.ContentType = new("application/grpc");
                using var response = await Client.SendAsync(request);
                Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            }
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:5081")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("0.0.0.0")]
    [InlineData("[::0]")]
    public async Task Another_host_s_name_is_refused(string host)
    {
        foreach (var path in (string[])["/", Path, "/nothing"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            var error = await JsonAsync(Client.SendAsync(request), HttpStatusCode.BadRequest);
            Assert.Contains("HttpHosts", error.GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost:1")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:5081")]
    [InlineData("192.0.2.7:5081")]
    [InlineData("[2001:db8::7]")]
    public async Task This_machine_s_names_and_addresses_are_known(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path) { Headers = { Host = host } };
        await JsonAsync(Client.SendAsync(request));
    }

    [Fact]
    public async Task Names_are_configured()
    {
        await Server.RestartAsync("--HttpHosts", "status.example.org, *.example.net");
        foreach (var (host, isKnown) in ((string, bool)[])[
            ("status.example.org", true), ("a.example.net:80", true), ("example.org", false), ("127.0.0.1", true)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.Http, Path))
            {
                Headers = { Host = host },
            };
            using var response = await Client.SendAsync(request);
            Assert.Equal(isKnown ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Pages_of_other_sites_are_told_nothing()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/companies/1/events")
        {
            Headers =
            {
                { "Origin", "http://evil.example" },
                { "Access-Control-Request-Method", "POST" },
                { "Access-Control-Request-Headers", "content-type" },
            },
        };
        using var asked = await Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, asked.StatusCode);
        using var read = new HttpRequestMessage(HttpMethod.Get, Path);
        read.Headers.Add("Origin", "http://evil.example");
        using var answer = await Client.SendAsync(read);
        foreach (var response in (HttpResponseMessage[])[asked, answer])
        {
            Assert.DoesNotContain(
                response.Headers,
                header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Both_endpoints_stop_with_the_server_and_start_again()
    {
        await JsonAsync(Client.GetAsync(Path));
        var before = Server.Http;
        await Server.StopAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Client.GetAsync(Path));
        await Server.RestartAsync("--Http", $"{before}");
        await JsonAsync(Client.GetAsync(Path));
    }

    [Fact]
    public async Task Connections_of_both_endpoints_count_together()
    {
        await Server.RestartAsync("--Limits:Connections", "3", "--Limits:ConnectionsOfAddress", "3");
        using var client = new HttpClient { BaseAddress = Server.Http };
        await client.GetAsync(Path);
        await Server.Service.ClassifyAsync();
        using var third = new HttpClient { BaseAddress = Server.Http };
        await third.GetAsync(Path);
        using var fourth = new HttpClient { BaseAddress = Server.Http };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => fourth.GetAsync(Path));
    }
}
