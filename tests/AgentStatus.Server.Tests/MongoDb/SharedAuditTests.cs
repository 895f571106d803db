namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Servers on one database have one audit log, and an outage delays its entries.</summary>
[MongoDb]
public sealed class SharedAuditTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("refuse", "accept")]
    [InlineData("freeze", "thaw")]
    public async Task What_one_server_did_is_listed_by_the_other_also_after_an_outage(string away, string back)
    {
        using var database = new SharedDatabase();
        using var gateway = await Gateway.RequireAsync();
        await using var server = await TestServer.StartAsync(
            Now, database.Args(gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01"));
        await using var other = await TestServer.StartAsync(Now, database.Args());
        await RetractAsync(server, "before");
        Assert.Equal(["before"], await ListAsync(other));

        await gateway.OrderAsync(away);
        Assert.Equal(Durability.Spooled, (await RetractAsync(server, "meanwhile")).Durability);
        await RetractAsync(other, "elsewhere");
        Assert.Equal(["before", "elsewhere"], await ListAsync(other));

        await gateway.OrderAsync(back);
        await Until.TrueAsync(async () =>
        {
            server.Time.Advance(ServerLimits.MaintenanceInterval);
            return (await ListAsync(other)).Count() == 3;
        });
        Assert.Equal(["before", "elsewhere", "meanwhile"], await ListAsync(other));
    }

    private static async Task<RetractStatusResponse> RetractAsync(TestServer server, string id) =>
        await server.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = id });

    private static async Task<IEnumerable<string>> ListAsync(TestServer server) =>
        (await new AdminService.AdminServiceClient(server.Channel).ListAuditLogAsync(new()))
            .Entries.Select(entry => entry.EventId).Order();
}
