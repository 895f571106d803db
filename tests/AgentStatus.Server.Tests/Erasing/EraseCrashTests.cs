using AgentStatus.Storage.Sqlite;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Erasing;

/// <summary>kill -9 of a real server in the midst of an erasure.</summary>
public sealed class EraseCrashTests
{
    private const long CompanyId = ErasedAnswers.CompanyId;
    private const int Events = 4_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task An_erasure_that_was_begun_goes_on_to_its_end_however_often_the_server_is_killed()
    {
        using var directory = new TempDirectory();
        using (var server = await ServerProcess.ServingAsync(directory.File("store")))
        {
            foreach (var chunk in Enumerable.Range(0, Events).Chunk(Limits.BatchEvents))
            {
                var batch = new RecordStatusesRequest { CompanyId = CompanyId };
                batch.Events.AddRange(chunk.Select(i => Requests.Event(
                    i % 2 == 0 ? V1.AgentStatus.Offline : V1.AgentStatus.Online, Times.At(Start.AddSeconds(i)), $"{i}",
                    agentId: 1 + (i / (Events / 2)), companyId: CompanyId)));
                await server.Service.RecordStatusesAsync(batch);
            }

            var admin = new V1.AdminService.AdminServiceClient(server.Channel);
            var erasing = admin.EraseAgentAsync(new() { CompanyId = CompanyId, AgentId = 1 }).ResponseAsync;
            await Until.TrueAsync(() => server.Output.Contains("is being erased"));
            await server.KillAsync();
            await IgnoreAsync(erasing);
        }

        for (var kill = 0; kill < 2; kill++)
        {
            // Killed as soon as it serves, when it has just gone on.
            using var server = await ServerProcess.ServingAsync(directory.File("store"));
            Assert.Empty((await ListAsync(server, agentId: 1)).Events);
            await server.KillAsync();
        }

        using (var server = await ServerProcess.ServingAsync(directory.File("store")))
        {
            var admin = new V1.AdminService.AdminServiceClient(server.Channel);
            await admin.EraseAgentAsync(new() { CompanyId = CompanyId, AgentId = 1 });
            Assert.Empty((await ListAsync(server, agentId: 1)).Events);
            Assert.NotEmpty((await ListAsync(server, agentId: 2)).Events);
            var again = await server.Service.RecordStatusAsync(Requests.Event(
                V1.AgentStatus.Offline, Times.At(Start), "0", agentId: 1, companyId: CompanyId));
            Assert.Equal(V1.RecordOutcome.Duplicate, again.Outcome);
            server.Terminate();
            await server.ExitedAsync();
        }

        using var store = SqliteStatusStore.Open(directory.File("store"));
        Assert.Empty(store.Erasure.UnderWay.All);
        Assert.Empty(store.ReadHistory(
            new(CompanyId, 1), EventPosition.Before(Limits.FirstInstantMs), long.MaxValue, Events));
        Assert.Equal(Events / 2, store.ReadHistory(
            new(CompanyId, 2), EventPosition.Before(Limits.FirstInstantMs), long.MaxValue, Events).Count);
    }

    private static async Task<ListStatusEventsResponse> ListAsync(ServerProcess server, long agentId) =>
        await server.Service.ListStatusEventsAsync(new() { CompanyId = CompanyId, AgentId = agentId });

    /// <summary>It may have ended before the kill.</summary>
    private static async Task IgnoreAsync(Task erasing)
    {
        try
        {
            await erasing;
        }
        catch (RpcException)
        {
        }
    }
}
