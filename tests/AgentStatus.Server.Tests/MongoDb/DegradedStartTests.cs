using Grpc.Core;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Server processes that start, stop or are killed while the database is away.</summary>
[MongoDb]
public sealed class DegradedStartTests
{
    [Fact]
    public async Task Without_StartDegraded_a_server_refuses_to_start_and_says_why_without_credentials()
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        await gateway.OrderAsync("refuse");
        var secret = gateway.ConnectionString.Replace("mongodb://", "mongodb://reporter:hunter2@");
        using var server = new MongoServer(TimeSpan.Zero, database.Args(secret));
        server.Start();
        await server.Process.ExitedAsync();

        Assert.Equal(1, server.Process.ExitCode);
        Assert.Contains("the store cannot be used", server.Process.Output);
        Assert.Contains("Check that MongoDB runs", server.Process.Output);
        Assert.DoesNotContain("hunter2", server.Process.Output);
        Assert.DoesNotContain("reporter", server.Process.Output);
        Assert.DoesNotContain("   at ", server.Process.Output);
    }

    /// <summary>The server is killed, started degraded, killed, started degraded, and at last the database is back:
    /// what was acknowledged at any time is there, once, and on another server too.</summary>
    [Fact, Slow]
    public async Task With_StartDegraded_events_are_spooled_and_survive_kills_until_the_database_is_back()
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        using var server = new MongoServer(
            TimeSpan.Zero,
            database.Args(
                gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01", "--Storage:StartDegraded", "true"));
        server.Start();
        await server.Process.ServesAsync();
        var recorded = 0;
        await RecordAsync(server, ++recorded);
        await gateway.OrderAsync("refuse");
        Assert.Equal(Durability.Spooled, (await RecordAsync(server, ++recorded)).Durability);
        for (var kill = 0; kill < 2; kill++)
        {
            await server.Process.KillAsync();
            server.Start();
            RecordStatusResponse? answer = null;
            await Until.TrueAsync(async () =>
            {
                try
                {
                    answer = await RecordAsync(server, recorded + 1);
                    return true;
                }
                catch (RpcException notYet) when (notYet.StatusCode == StatusCode.Unavailable)
                {
                    return false;
                }
            });
            recorded++;
            Assert.Equal(Durability.Spooled, answer!.Durability);
            Assert.Equal(ServingStatus.NotServing, await server.Process.HealthAsync());
            var refused = await Assert.ThrowsAsync<RpcException>(() => server.Service.ClassifyAsync());
            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        }

        // One stops in good order, too.
        server.Process.Terminate();
        await server.Process.ExitedAsync();
        Assert.True(server.Process.ExitCode == 0, server.Process.Output);
        server.Start();
        await gateway.OrderAsync("accept");
        await server.Process.ServesAsync();

        using var other = await MongoServer.ServingAsync(database.Args());
        for (var agent = 1; agent <= recorded; agent++)
        {
            Assert.Equal(V1.AgentStatus.Offline, (await server.Service.ClassifyAsync(agent)).Status);
            var asked = agent;
            await Until.TrueAsync(
                async () => (await other.Service.ClassifyAsync(asked)).Status == V1.AgentStatus.Offline);
        }

        Assert.Equal(recorded, database.Events().Select(e => e.EventId).Distinct().Count());
        await database.PeriodsAgreeAsync(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Fact, Slow]
    public async Task A_server_that_is_told_to_stop_during_an_outage_stops_in_good_order()
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        using var server = await MongoServer.ServingAsync(
            database.Args(gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01"));
        await gateway.OrderAsync("freeze");
        Assert.Equal(Durability.Spooled, (await RecordAsync(server, 1)).Durability);
        server.Process.Terminate();
        await server.Process.ExitedAsync();
        Assert.True(server.Process.ExitCode == 0, server.Process.Output);
        Assert.Contains("Stopped: everything that was queued is recorded", server.Process.Output);
    }

    private static async Task<RecordStatusResponse> RecordAsync(MongoServer server, long agent) =>
        await server.Service.RecordAsync(V1.AgentStatus.Offline, id: $"e{agent}", agentId: agent);
}
