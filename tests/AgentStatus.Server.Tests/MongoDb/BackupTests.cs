using Grpc.Core;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>What has a backup of its own says so.</summary>
public sealed class BackupTests
{
    [Fact, MongoDb]
    public async Task A_backup_of_MongoDB_names_the_program_that_makes_it()
    {
        using var database = new SharedDatabase();
        await using var server = await TestServer.StartAsync(new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero), database.Args());
        var refused = await Refused.ByAsync(async () =>
        {
            using var backup = new V1.AdminService.AdminServiceClient(server.Channel).Backup(new());
            await backup.ResponseStream.MoveNext();
        });
        Assert.Equal(StatusCode.FailedPrecondition, refused.Code);
        Assert.Contains("mongodump", refused.Message);
    }
}
