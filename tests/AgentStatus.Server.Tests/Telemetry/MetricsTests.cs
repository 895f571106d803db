using AgentStatus.Server.Tests.Access;
using AgentStatus.Server.Tests.Http;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Telemetry;

/// <summary>/metrics: what a scraper is given.</summary>
public sealed class MetricsTests : HttpTests
{
    private const string Requests = "rpc_server_call_duration_seconds_count";

    [Fact]
    public async Task Requests_are_counted_by_RPC_and_status_code()
    {
        await Server.Service.ClassifyAsync();
        await Server.Service.ClassifyAsync();
        await Assert.ThrowsAsync<RpcException>(() => Server.Service.ClassifyAsync(agentId: -1));
        await Assert.ThrowsAsync<RpcException>(
            () => Server.Service.RecordAsync(V1.AgentStatus.Online, id: new string('x', 100_000)));
        using (var stream = Server.Service.StreamRingTargets())
        {
            await stream.RequestStream.WriteAsync(new() { CompanyId = 1, RequestId = 1 });
            await stream.ResponseStream.MoveNext(default);
            await stream.RequestStream.CompleteAsync();
            Assert.False(await stream.ResponseStream.MoveNext(default));
        }

        var nowhere = new Method<byte[], byte[]>(
            MethodType.Unary, "agentstatus.v1.AgentStatusService", "Nothing", Bytes, Bytes);
        await Assert.ThrowsAsync<RpcException>(async () =>
            await Server.Channel.CreateCallInvoker().AsyncUnaryCall(nowhere, null, default, []));

        await Until.TrueAsync(async () => await CountAsync("StreamRingTargets", "OK") == 1);
        Assert.Equal(2, await CountAsync("ClassifyRingTarget", "OK"));
        Assert.Equal(1, await CountAsync("ClassifyRingTarget", "INVALID_ARGUMENT"));
        Assert.Equal(1, await CountAsync("RecordStatus", "RESOURCE_EXHAUSTED"));
        Assert.Equal(1, (await Scrape.OfAsync(Client)).Find(
            Requests, ("rpc_method", "_OTHER"), ("rpc_response_status_code", "UNIMPLEMENTED")));
    }

    [Fact]
    public async Task Refused_requests_are_counted_with_their_codes()
    {
        using var keys = new KeyFile().With("cip", [Permission.Classify], 1).With("scraper", [Permission.Watch]);
        await using var server = await keys.StartServerAsync(Now);
        foreach (var id in (string?[])[null, "unknown", "cip"])
            await Assert.ThrowsAsync<RpcException>(() => KeyFile.Service(server, id).RecordAsync(V1.AgentStatus.Online));
        await KeyFile.Service(server, "cip").ClassifyAsync();

        using var client = KeyFile.Http(server, "scraper");
        var scrape = await Scrape.OfAsync(client);
        Assert.Equal(2, Count("RecordStatus", "UNAUTHENTICATED"));
        Assert.Equal(1, Count("RecordStatus", "PERMISSION_DENIED"));
        Assert.Equal(1, Count("ClassifyRingTarget", "OK"));

        double? Count(string rpc, string code) => scrape.Find(
            Requests, ("rpc_method", $"agentstatus.v1.AgentStatusService/{rpc}"), ("rpc_response_status_code", code));
    }

    [Fact]
    public async Task A_request_whose_client_leaves_is_cancelled()
    {
        using (var stream = Server.Service.WatchStatuses(new() { CompanyId = 1 }))
            await stream.ResponseHeadersAsync;
        await Until.TrueAsync(async () => await CountAsync("WatchStatuses", "CANCELLED") == 1);
    }

    [Fact]
    public async Task They_need_the_permission_watch_for_all_companies()
    {
        using var keys = new KeyFile().With("scraper", [Permission.Watch]).With("one", [Permission.Watch], 1)
            .With("cip", [Permission.Record, Permission.Classify]);
        await using var server = await keys.StartServerAsync(Now);
        foreach (var (id, status) in ((string?, HttpStatusCode)[])[
            ("scraper", HttpStatusCode.OK), ("one", HttpStatusCode.Forbidden), ("cip", HttpStatusCode.Forbidden),
            (null, HttpStatusCode.Unauthorized)])
        {
            using var client = KeyFile.Http(server, id);
            using var metrics = await client.GetAsync("/metrics");
            Assert.Equal(status, metrics.StatusCode);
            using var ready = await client.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }
    }

    [Fact]
    public async Task The_runtime_s_and_Kestrel_s_are_there_and_other_servers_are_not()
    {
        await using var other = await TestServer.StartAsync(Now, "--Http", "http://127.0.0.1:0");
        await other.Service.RecordAsync(V1.AgentStatus.Online);
        var scrape = await Scrape.OfAsync(Client);
        Assert.NotNull(scrape.Find("kestrel_active_connections"));
        Assert.NotNull(scrape.Find("dotnet_process_memory_working_set_bytes"));
        Assert.Equal(0, scrape.Find("agentstatus_agents"));
        Assert.DoesNotContain(scrape.Series, series => series.Labels.ContainsKey("otel_scope_name"));
        Assert.NotNull(scrape.Find("target_info", ("service_name", "agentstatus")));
    }

    private static Marshaller<byte[]> Bytes { get; } = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    private async Task<double?> CountAsync(string rpc, string code) => (await Scrape.OfAsync(Client)).Find(
        Requests, ("rpc_method", $"agentstatus.v1.AgentStatusService/{rpc}"), ("rpc_response_status_code", code));
}
