namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Retractions of servers on one database: each shows what the others retract, before and after its event,
/// and through an outage.</summary>
[MongoDb]
public sealed class SharedRetractionTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task What_one_server_retracts_the_other_shows_no_more()
    {
        using var database = new SharedDatabase();
        await using var first = await TestServer.StartAsync(Now, database.Args());
        await using var second = await TestServer.StartAsync(Now, database.Args());
        await RecordAsync(first, "online", V1.AgentStatus.Online, 30);
        await RecordAsync(first, "offline", V1.AgentStatus.Offline, 29);
        await ShowsAsync(second, V1.AgentStatus.Offline);

        var answer = await RetractAsync(second, "offline");
        Assert.Equal((RetractOutcome.Retracted, V1.AgentStatus.Online), (answer.Outcome, answer.EffectiveStatus));
        await ShowsAsync(second, V1.AgentStatus.Online);
        await ShowsAsync(first, V1.AgentStatus.Online);
        Assert.Equal(RetractOutcome.Duplicate, (await RetractAsync(first, "offline")).Outcome);

        // Waiting for its event, which comes to the other server, to this one, and to one that starts later.
        foreach (var (server, id, ago) in new[] { (first, "to the other", 20), (second, "to this one", 10) })
        {
            Assert.Equal(RetractOutcome.Waiting, (await RetractAsync(second, id)).Outcome);
            await RecordAsync(first, $"before {id}", V1.AgentStatus.Busy, ago);
            await ShowsAsync(second, V1.AgentStatus.Busy);
            await RecordAsync(server, id, V1.AgentStatus.Offline, ago - 1);
            Assert.Equal(RetractOutcome.Duplicate, (await RetractAsync(first, id)).Outcome);

            // What the two servers store is followed in order: this one comes last.
            await RecordAsync(server, $"after {id}", V1.AgentStatus.Away, ago - 2);
            foreach (var one in new[] { first, second })
            {
                await ShowsAsync(one, V1.AgentStatus.Away);
                Assert.Equal(
                    V1.AgentStatus.Busy,
                    (await one.Service.ClassifyAsync(at: Times.At(Now.AddSeconds(1 - ago)))).Status);
            }
        }

        await using var third = await TestServer.StartAsync(Now, database.Args());
        var listed = await Task.WhenAll(new[] { first, second, third }.Select(async server =>
            (await server.Service.ListStatusEventsAsync(new() { CompanyId = 1, AgentId = 1 })).Events));
        Assert.All(listed, events => Assert.Equal(listed[0], events));
        Assert.Equal(["offline", "to the other", "to this one"],
            listed[0].Where(e => e.RetractedAt is not null).Select(e => e.EventId).Order());
        Assert.DoesNotContain(listed[0], e => e.RetractedAt is not null && e.Outcome != RecordOutcome.Shadowed);
    }

    [Theory]
    [InlineData("refuse", "accept", false)]
    [InlineData("refuse", "accept", true)]
    [InlineData("freeze", "thaw", true)]
    public async Task A_retraction_of_an_outage_is_spooled_and_counts_when_it_is_over(
        string away, string back, bool restarts)
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        await using var server = await TestServer.StartAsync(
            Now, database.Args(gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01"));
        await RecordAsync(server, "stored", V1.AgentStatus.Online, 3);
        await RecordAsync(server, "wrong", V1.AgentStatus.Offline, 2);

        await gateway.OrderAsync(away);
        Assert.Equal(Durability.Spooled, (await RecordAsync(server, "spooled", V1.AgentStatus.Away, 1)).Durability);
        foreach (var id in new[] { "wrong", "spooled", "spooled" })
        {
            var answer = await RetractAsync(server, id);
            Assert.Equal((Durability.Spooled, RetractOutcome.Unspecified), (answer.Durability, answer.Outcome));
        }

        if (restarts) await server.StopAsync();
        await gateway.OrderAsync(back);
        if (restarts) await server.RestartAsync();
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(ServerLimits.MaintenanceInterval);
            return server.Store.Spool is { IsReachable: true, SpooledCount: 0 };
        });
        await ShowsAsync(server, V1.AgentStatus.Online);
        using var other = await MongoServer.ServingAsync(database.Args());
        Assert.Equal(V1.AgentStatus.Online, (await other.Service.ClassifyAsync()).Status);
        var events = (await other.Service.ListStatusEventsAsync(new() { CompanyId = 1, AgentId = 1 })).Events;
        Assert.Equal(
            ["stored ", "wrong why", "spooled why"], events.Select(e => $"{e.EventId} {e.RetractionReason}"));
    }

    private static async Task<RecordStatusResponse> RecordAsync(
        TestServer server, string id, V1.AgentStatus status, int secondsAgo) =>
        await server.Service.RecordAsync(status, Times.At(Now.AddSeconds(-secondsAgo)), id);

    private static async Task<RetractStatusResponse> RetractAsync(TestServer server, string id) =>
        await server.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = id, Reason = "why" });

    private static Task ShowsAsync(TestServer server, V1.AgentStatus status) => Until.TrueAsync(
        async () => (await server.Service.ClassifyAsync()).Status == status, $"{status}");
}
