using AgentStatus.Server.Tests.Recording;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>What health says while events cannot be recorded.</summary>
public sealed class RecordingHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Recording_has_a_service_of_its_own_and_reads_go_on()
    {
        ControlledStore store = null!;
        await using var server = await TestServer.StartOverAsync(Now, real => store = new ControlledStore(real));
        Assert.Equal((Serving, Serving), await HealthAsync(server));

        store.FailAppend = new StoreException("the disk is full");
        await Assert.ThrowsAsync<RpcException>(() => server.Service.RecordAsync(V1.AgentStatus.Online));
        Assert.Equal((Serving, NotServing), await HealthAsync(server));
        await server.Service.ClassifyRingTargetAsync(new() { CompanyId = 1, AgentId = 1 });

        // Who goes by health sends nothing now: it finds out all the same whether events are recorded again.
        server.Time.Advance(ServerLimits.RecordingRetry);
        Assert.Equal((Serving, Serving), await HealthAsync(server));
        await Assert.ThrowsAsync<RpcException>(() => server.Service.RecordAsync(V1.AgentStatus.Online));
        Assert.Equal((Serving, NotServing), await HealthAsync(server));

        store.FailAppend = null;
        await server.Service.RecordAsync(V1.AgentStatus.Online);
        Assert.Equal((Serving, Serving), await HealthAsync(server));
    }

    private static async Task<(ServingStatus Whole, ServingStatus Recording)> HealthAsync(TestServer server)
    {
        var health = new Health.HealthClient(server.Channel);
        var whole = await health.CheckAsync(new() { Service = "agentstatus.v1.AgentStatusService" });
        Assert.Equal((await health.CheckAsync(new())).Status, whole.Status);
        var recording = await health.CheckAsync(new() { Service = "agentstatus.v1.AgentStatusService/RecordStatus" });
        return (whole.Status, recording.Status);
    }
}
