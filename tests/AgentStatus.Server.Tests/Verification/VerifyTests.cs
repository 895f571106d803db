using AgentStatus.Server.Tests.Laws;
using AgentStatus.Server.Tests.MongoDb;
using AgentStatus.Server.Verification;
using Grpc.Core;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Server.Tests.Verification;

/// <summary>`Verify` finds what is wrong in a store, and nothing where nothing is.</summary>
public sealed class VerifyTests
{
    private const long CompanyId = 280197;
    private const string Hours = """{"280197": {"weekly": {"monday": [["09:00", "17:00"]]}}}""";

    [Theory]
    [InlineData("12:00:00")]
    [InlineData("62.00:00:00")]
    public async Task A_store_as_servers_write_it_has_no_faults(string horizon) => await Seeds.ForEachAsync(
        3, random => HasNoFaultsAsync(random, "--Memory:Horizon", horizon));

    [Fact, MongoDb]
    public async Task A_database_as_servers_write_it_has_no_faults() => await Seeds.ForEachAsync(1, async random =>
    {
        using var database = new SharedDatabase();
        await HasNoFaultsAsync(random, database.Args(null));
    });

    [Theory]
    [InlineData("UPDATE status_events SET status = 3 WHERE event_id = 'b'", "event b says OnCall, which Agent may not")]
    [InlineData("UPDATE status_events SET status = 5 WHERE event_id = 'b'", "otherwise from 2026-03-02T10:00:00.000Z on: ")]
    [InlineData("DELETE FROM status_events WHERE event_id = 'b'", "10:00:00.000Z on: the events give Offline")]
    [InlineData("DELETE FROM offline_periods", "from 2026-03-02T09:00:00.000Z is not stored")]
    [InlineData("UPDATE offline_periods SET started_at = 1", "is stored from 1970-01-01T00:00:00.001Z that")]
    [InlineData("UPDATE offline_periods SET ended_at = ended_at + 1", "has another end")]
    [InlineData("UPDATE offline_periods SET periods = '[]', business_ms = 0", "has other business hours within it")]
    [InlineData("UPDATE business_hours SET number = 2", "version 2 of the business hours follows version 0")]
    [InlineData("UPDATE business_hours SET content = '{'", "version 1 of the business hours: ")]
    [InlineData("UPDATE call_steps SET classification = 3", "a step of call 5 says Busy \"Offline\" where")]
    [InlineData("UPDATE call_steps SET label = 'Busy'", "says Offline \"Busy\" where NoAnswer and Offline")]
    public async Task What_somebody_changed_in_the_file_is_found(string sql, string fault)
    {
        await using var server = await StartAsync();
        await server.RecordAsync(1, V1.AgentStatus.Offline, 9, "a");
        await server.RecordAsync(1, V1.AgentStatus.Online, 10, "b");
        await server.Service.ClassifyRingTargetAsync(new()
        {
            CompanyId = CompanyId,
            AgentId = 1,
            CallId = 5,
            RingAt = At(9),
            Outcome = V1.RingOutcome.NoAnswer,
            Record = true,
        });
        await Until.TrueAsync(async () => (await VerifyAsync(server)).FaultCount == 0);

        // The projection may still owe the agent a look, and would mend what is changed.
        await RebuildAsync(server);
        Change(server, sql);

        var found = await VerifyAsync(server);
        Assert.Contains(found.Faults, one => one.Description.Contains(fault) && one.CompanyId == CompanyId);
    }

    [Fact]
    public async Task What_looks_wrong_while_it_is_recorded_is_no_fault()
    {
        await using var server = await StartAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await server.RecordAsync(
                    1 + (i % 3), i % 2 == 0 ? V1.AgentStatus.Offline : V1.AgentStatus.Online, 9 + (i % 2), $"{i}");
            }
        });
        await Until.TrueAsync(() => server.Part<TimelineIndex>().AgentCount == 3);

        var found = await VerifyAsync(server);

        await stop.CancelAsync();
        await writing;
        Assert.Empty(found.Faults);
    }

    [Fact]
    public async Task A_wrong_company_is_named()
    {
        await using var server = await StartAsync();
        var admin = new V1.AdminService.AdminServiceClient(server.Channel);
        var wrong = await Refused.ByAsync(async () =>
        {
            using var call = admin.Verify(new() { CompanyId = -1 });
            await call.ResponseStream.MoveNext();
        });
        Assert.Equal(StatusCode.InvalidArgument, wrong.Code);
        Assert.Contains("company_id", wrong.Message);
    }

    [Fact]
    public void Ids_that_come_again_are_counted()
    {
        var ids = new EventIds();
        foreach (var id in (string[])["a", "b", "a", "c", "a"]) ids.Add(id);
        Assert.Equal(2, ids.CountRepeated());
    }

    private static async Task HasNoFaultsAsync(Random random, params string[] args)
    {
        var histories = Enumerable.Range(1, 20).Select(agentId =>
            RandomHistory.Of(random, Limits.OnCallMs, Limits.WrapUpMs).ConvertAll(e => e with
            {
                Agent = new(CompanyId, agentId),
                EventId = $"{agentId}-{e.EventId}",
            })).SelectMany(history => history).ToArray();
        var nowMs = histories.Max(e => e.OccurredAtMs) + 1 + random.NextInt64(Limits.OnCallMs);
        await using var server = await TestServer.StartWithHoursAsync(
            DateTimeOffset.FromUnixTimeMilliseconds(nowMs), Hours, args);
        random.Shuffle(histories);
        foreach (var batch in histories.Chunk(Limits.BatchEvents))
        {
            var request = new V1.RecordStatusesRequest { CompanyId = CompanyId };
            request.Events.AddRange(batch.Select(RecordedEvents.Request));
            await server.Service.RecordStatusesAsync(request);
        }

        foreach (var e in histories.Where((_, i) => i % 20 == 0))
            await server.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = e.EventId });
        var found = await VerifyAsync(server);
        Assert.Empty(found.Faults.Select(fault => $"{fault.AgentId}: {fault.Description}"));
        Assert.Equal((20, histories.Length), (found.AgentsVerified, found.Events));
        await server.RestartAsync();
        Assert.Empty((await VerifyAsync(server)).Faults);
    }

    private static Task<TestServer> StartAsync() =>
        TestServer.StartWithHoursAsync(new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero), Hours);

    /// <summary>Ends when the projection owes nothing any more.</summary>
    private static async Task RebuildAsync(TestServer server)
    {
        using var call = new V1.AdminService.AdminServiceClient(server.Channel).RebuildOfflinePeriods(new());
        await foreach (var _ in call.ResponseStream.ReadAllAsync())
        {
        }
    }

    /// <summary>The last message, with the faults of all.</summary>
    internal static async Task<V1.VerifyResponse> VerifyAsync(TestServer server)
    {
        using var call = new V1.AdminService.AdminServiceClient(server.Channel).Verify(new());
        var all = new List<V1.VerifyResponse>();
        await foreach (var message in call.ResponseStream.ReadAllAsync()) all.Add(message);
        var last = all[^1].Clone();
        last.Faults.Clear();
        last.Faults.AddRange(all.SelectMany(message => message.Faults));
        Assert.Equal(last.FaultCount, last.Faults.Count);
        return last;
    }

    private static void Change(TestServer server, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={server.Store.File!.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    private static Google.Protobuf.WellKnownTypes.Timestamp At(int hour) =>
        Times.At(new DateTimeOffset(2026, 3, 2, hour, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
}

/// <summary>Short forms of these tests.</summary>
file static class Recorded
{
    public static async Task RecordAsync(
        this TestServer server, long agentId, V1.AgentStatus status, int hour, string eventId) =>
        await server.Service.RecordStatusAsync(new()
        {
            CompanyId = 280197,
            AgentId = agentId,
            EventId = eventId,
            Status = status,
            Origin = V1.StatusOrigin.Agent,
            OccurredAt = Times.At(new DateTimeOffset(2026, 3, 2, hour, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()),
        });
}
