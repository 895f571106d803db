using AgentStatus.Server.Tests.Watching;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Watchers of servers on one database: each is told what any of them stored.</summary>
[MongoDb]
public sealed class SharedWatchTests
{
    private static readonly DateTimeOffset Now =
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    [Fact]
    public async Task A_watcher_of_either_server_is_told_what_the_other_one_stored_and_retracted()
    {
        using var database = new SharedDatabase();
        await using var first = await TestServer.StartAsync(Now, database.Args());
        await using var second = await TestServer.StartAsync(Now, database.Args());
        using var ofFirst = WatchReader.Open(first);
        using var ofSecond = WatchReader.Open(second, 1, 1, 2);
        foreach (var (server, agentId) in new[] { (first, 1), (second, 2) })
        {
            await server.Service.RecordAsync(
                V1.AgentStatus.Online, Times.At(Now.AddMinutes(-9)), $"online-{agentId}", agentId: agentId);
            await server.Service.RecordAsync(
                V1.AgentStatus.Busy, Times.At(Now.AddMinutes(-7)), $"busy-{agentId}", agentId: agentId);
        }

        await ShowAsync(V1.AgentStatus.Busy, Now.AddMinutes(-7), changedFrom: null);
        await first.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = "busy-2" });
        await second.Service.RetractStatusAsync(new() { CompanyId = 1, EventId = "busy-1" });
        await ShowAsync(V1.AgentStatus.Online, Now.AddMinutes(-9), changedFrom: Now.AddMinutes(-7));

        async Task ShowAsync(V1.AgentStatus status, DateTimeOffset since, DateTimeOffset? changedFrom)
        {
            foreach (var reader in new[] { ofFirst, ofSecond })
            {
                foreach (var agentId in new[] { 1, 2 })
                {
                    await reader.UntilAsync(
                        () => reader.Agents.GetValueOrDefault(agentId)?.Status == status);
                    Assert.Equal(Times.At(since), reader[agentId].Since);
                    if (changedFrom is { } from) Assert.Equal(Times.At(from), reader[agentId].ChangedFrom);
                }
            }
        }
    }

    /// <summary>What is known is what the database said: a watcher is not told more than its server
    /// followed.</summary>
    [Fact]
    public async Task Known_through_passes_no_event_that_another_server_acknowledged()
    {
        using var database = new SharedDatabase();
        await using var writing = await TestServer.StartAsync(Now, database.Args());
        await using var reading = await TestServer.StartAsync(Now, database.Args());
        using var reader = WatchReader.Open(reading);
        for (var agentId = 1; agentId <= 20; agentId++)
        {
            await writing.Service.RecordAsync(V1.AgentStatus.Busy, Times.At(Now), agentId: agentId);

            // The database's clock is this machine's.
            var acknowledgedMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await reader.UntilAsync(() => reader.KnownThroughMs > acknowledgedMs);
            var told = reader.Messages.TakeWhile(message =>
                message.KnownThrough is null || Times.Ms(message.KnownThrough) <= acknowledgedMs);
            var first = reader.Messages[told.Count()];
            Assert.Contains(agentId, told.Append(first).SelectMany(message => message.Agents).Select(
                agent => agent.AgentId));
        }
    }
}
