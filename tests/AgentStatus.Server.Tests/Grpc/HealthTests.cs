using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using static Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentStatus.Server.Tests.Grpc;

public sealed class HealthTests : IAsyncLifetime
{
    private const string Service = "agentstatus.v1.AgentStatusService";

    private StandardServicesHost _host = null!;
    private Health.HealthClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await StandardServicesHost.StartAsync();
        _client = new Health.HealthClient(_host.Channel);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData(Service)]
    public async Task Check_says_NOT_SERVING_until_the_server_serves(string service)
    {
        Assert.Equal(NotServing, await CheckAsync(service));

        _host.State.Serve();
        Assert.Equal(Serving, await CheckAsync(service));
    }

    [Fact]
    public async Task Check_of_an_unknown_service_is_NOT_FOUND()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => CheckAsync("agentstatus.v1.Nothing"));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Service)]
    public async Task Watch_says_the_present_status_every_change_and_the_stop(string service)
    {
        using var watch = Watch(service);
        Assert.Equal(NotServing, await NextAsync(watch));

        _host.State.Serve();
        Assert.Equal(Serving, await NextAsync(watch));

        await _host.StopAsync();
        Assert.Equal(NotServing, await NextAsync(watch));
        await AssertEndsAsync(watch);
    }

    [Fact]
    public async Task A_server_that_stops_does_not_serve_again()
    {
        _host.State.Serve();
        await _host.StopAsync();
        _host.State.Serve();
        Assert.Equal(HealthStatus.Unhealthy, (await _host.State.CheckHealthAsync(new(), _host.Limit)).Status);
    }

    [Fact]
    public async Task A_server_that_serves_is_not_forgotten_by_a_writer_that_reports_at_the_same_moment()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        for (var round = 0; round < 400; round++)
        {
            var state = new ServingState(new HealthServiceImpl(), lifetime, TimeProvider.System);
            using var reports = new SemaphoreSlim(0);
            var hasEnded = false;
            var writer = Task.Run(() =>
            {
                reports.Release();
                while (!Volatile.Read(ref hasEnded)) state.Record(true);
            });
            await reports.WaitAsync(_host.Limit);
            state.Serve();
            Volatile.Write(ref hasEnded, true);
            await writer;
            Assert.True(state.Serves);
        }
    }

    [Fact]
    public async Task Watch_of_an_unknown_service_says_so_once_and_stays_open_until_the_stop()
    {
        using var watch = Watch("agentstatus.v1.Nothing");
        Assert.Equal(ServiceUnknown, await NextAsync(watch));

        _host.State.Serve();
        await _host.StopAsync();
        await AssertEndsAsync(watch);
    }

    [Fact]
    public async Task A_watcher_that_leaves_does_not_disturb_the_others()
    {
        using var stays = Watch("");
        Assert.Equal(NotServing, await NextAsync(stays));
        using (var leaves = Watch(""))
            Assert.Equal(NotServing, await NextAsync(leaves));

        _host.State.Serve();
        Assert.Equal(Serving, await NextAsync(stays));
    }

    private async Task<ServingStatus> CheckAsync(string service)
    {
        var request = new HealthCheckRequest { Service = service };
        return (await _client.CheckAsync(request, cancellationToken: _host.Limit)).Status;
    }

    private AsyncServerStreamingCall<HealthCheckResponse> Watch(string service) =>
        _client.Watch(new HealthCheckRequest { Service = service }, cancellationToken: _host.Limit);

    private async Task<ServingStatus> NextAsync(
        AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(_host.Limit));
        return watch.ResponseStream.Current.Status;
    }

    /// <summary>What is said again at the end, if anything, is that the server does not serve.</summary>
    private async Task AssertEndsAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        while (await watch.ResponseStream.MoveNext(_host.Limit))
            Assert.Equal(NotServing, watch.ResponseStream.Current.Status);
    }
}
