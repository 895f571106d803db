using System.Collections.Concurrent;
using AgentStatus.Storage.Sqlite;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>kill -9 of a real server under concurrent writes, again and again on the same directory.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Kills = 5;
    private const int Writers = 16;
    private const int WritesBeforeKill = 400;
    private const long CompanyId = 280197;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task No_acknowledged_event_is_lost_or_doubled()
    {
        using var directory = new TempDirectory();
        var sent = new ConcurrentDictionary<string, RecordStatusRequest>();
        var acknowledged = new ConcurrentDictionary<string, RecordStatusRequest>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await ServerProcess.ServingAsync(directory.File("store"));
            var enough = acknowledged.Count + WritesBeforeKill;
            var writers = Enumerable.Range(0, Writers)
                .Select(writer => WriteAsync(server, kill, writer, sent, acknowledged)).ToList();
            await Until.TrueAsync(() => acknowledged.Count >= enough);
            await server.KillAsync();
            await Task.WhenAll(writers);
        }

        output.WriteLine($"{acknowledged.Count} acknowledged of {sent.Count} sent");
        using (var server = await ServerProcess.ServingAsync(directory.File("store")))
        {
            await CheckAnswersAsync(server, acknowledged);
            foreach (var request in acknowledged.Values.Take(200))
                Assert.Equal(RecordOutcome.Duplicate, (await server.Service.RecordStatusAsync(request)).Outcome);
            server.Terminate();
            await server.ExitedAsync();
        }

        CheckStore(directory.File("store"), sent, acknowledged);
    }

    /// <summary>Each writer has an agent of its own and goes on in time, to and fro: every event shows at its own
    /// instant.</summary>
    private static async Task WriteAsync(
        ServerProcess server,
        int kill,
        int writer,
        ConcurrentDictionary<string, RecordStatusRequest> sent,
        ConcurrentDictionary<string, RecordStatusRequest> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            var request = Requests.Event(
                i % 2 == 0 ? V1.AgentStatus.Offline : V1.AgentStatus.Online,
                Times.At(Start.AddDays(kill).AddSeconds(i)), $"{kill}-{writer}-{i}",
                agentId: 1 + writer, companyId: CompanyId);
            sent[request.EventId] = request;
            try
            {
                var answer = await server.Service.RecordStatusAsync(request);
                Assert.Equal((RecordOutcome.Applied, Durability.Stored), (answer.Outcome, answer.Durability));
                acknowledged[request.EventId] = request;
            }
            catch (RpcException)
            {
                return;
            }
        }
    }

    private static async Task CheckAnswersAsync(
        ServerProcess server, ConcurrentDictionary<string, RecordStatusRequest> acknowledged)
    {
        foreach (var chunk in acknowledged.Values.Chunk(64))
        {
            var rings = await Task.WhenAll(chunk.Select(e => server.Service.ClassifyRingTargetAsync(
                new() { CompanyId = CompanyId, AgentId = e.AgentId, RingAt = e.OccurredAt }).ResponseAsync));
            Assert.Equal(chunk.Select(e => e.Status), rings.Select(ring => ring.Status));
        }
    }

    private static void CheckStore(
        string path,
        ConcurrentDictionary<string, RecordStatusRequest> sent,
        ConcurrentDictionary<string, RecordStatusRequest> acknowledged)
    {
        using var store = SqliteStatusStore.Open(path);
        var stored = Enumerable.Range(1, Writers)
            .SelectMany(
                agent => store.ReadEvents(new(CompanyId, agent), Limits.FirstInstantMs, long.MaxValue)).ToList();
        Assert.Equal(stored.Count, stored.DistinctBy(e => e.EventId).Count());
        Assert.Empty(acknowledged.Keys.Except(stored.Select(e => e.EventId)));
        foreach (var e in stored)
        {
            var request = sent[e.EventId];
            Assert.Equal(
                (request.AgentId, (int)request.Status, request.OccurredAt.ToDateTimeOffset().ToUnixTimeMilliseconds()),
                (e.Agent.AgentId, (int)e.Status, e.OccurredAtMs));
        }
    }
}
