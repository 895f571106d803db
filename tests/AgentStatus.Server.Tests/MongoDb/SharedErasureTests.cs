using AgentStatus.Server.Projections;
using AgentStatus.Server.Tests.Erasing;
using AgentStatus.Server.Tests.Watching;
using Grpc.Core;
using MongoDB.Bson;
using MongoDB.Driver;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Servers on one database, of which one is asked to erase: the others forget, too, and nothing comes back
/// from a spool, a stopped server or a killed one.</summary>
[MongoDb]
public sealed class SharedErasureTests : IDisposable
{
    private const long CompanyId = ErasedAnswers.CompanyId;

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly SharedDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_one_server_erases_the_others_know_no_more(bool asksOwner)
    {
        await using var owner = await TestServer.StartAsync(Now, _database.Args());
        await Until.TrueAsync(() => owner.Part<OfflinePeriodProjection>().IsOwner);
        await using var other = await TestServer.StartAsync(Now, _database.Args());
        TestServer[] both = [owner, other];
        await RecordAsync(owner, "a", V1.AgentStatus.Offline, 60);
        await RecordAsync(other, "b", V1.AgentStatus.Away, 50);
        await RecordAsync(other, "kept", V1.AgentStatus.Busy, 50, agentId: 2);
        await other.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = "b" });
        await KeepAsync(owner, agentId: 1);
        foreach (var one in both) await ShowsAsync(one, V1.AgentStatus.Offline);
        using var watch = WatchReader.Open(other, CompanyId);
        await Until.TrueAsync(() => watch.Agents.GetValueOrDefault(1)?.Status == V1.AgentStatus.Offline);
        await Until.TrueAsync(() => Count("offline_periods") == 1);

        var erased = await ErasedAnswers.EraseAsync(asksOwner ? owner : other, 1, both);

        Assert.Equal(new V1.ErasedCounts { Events = 2, Retractions = 1, CallSteps = 1, OfflinePeriods = 1 }, erased);
        foreach (var one in both)
        {
            await EndsAsync(one, both);
            await ShowsAsync(one, V1.AgentStatus.Unspecified);
            Assert.Empty((await ListAsync(one)).Events);
            Assert.False(one.Store.Retractions.Contains(CompanyId, "b"));
            Assert.Equal(
                V1.RecordOutcome.Duplicate, (await SendAsync(one, "a", V1.AgentStatus.Offline, 60)).Outcome);
        }

        await Until.TrueAsync(() =>
        {
            other.Time.Advance(TimeSpan.FromSeconds(1));
            return watch.Agents[1].Status == V1.AgentStatus.Unspecified;
        });
        Assert.Equal(V1.AgentStatus.Busy, watch.Agents[2].Status);
        Assert.Equal((0, 0, 0), (Count("call_steps"), Count("offline_periods"), Count("retractions")));
        Assert.Equal(["kept"], _database.Texts("status_events", "event_id"));

        // A new life is one everywhere, and after a restart.
        await RecordAsync(owner, "new", V1.AgentStatus.Busy, 10);
        foreach (var one in both) await ShowsAsync(one, V1.AgentStatus.Busy);
        Assert.Equal(["new"], (await ListAsync(other)).Events.Select(e => e.EventId));
        foreach (var one in both) Assert.Empty(await ErasedAnswers.FaultsAsync(one));
        await other.RestartAsync();
        await ShowsAsync(other, V1.AgentStatus.Busy);
    }

    [Fact]
    public async Task A_company_is_erased_with_its_hours_on_all_servers()
    {
        const string Hours = """{"280197": {"weekly": {"monday": [["09:00", "17:00"]]}}}""";
        await using var one = await TestServer.StartWithHoursAsync(Now, Hours, _database.Args());
        await using var other = await TestServer.StartWithHoursAsync(Now, Hours, _database.Args());
        TestServer[] both = [one, other];
        await RecordAsync(one, "a", V1.AgentStatus.Offline, 60);
        await RecordAsync(other, "b", V1.AgentStatus.Away, 50, agentId: 2);
        await one.Service.RecordAsync(V1.AgentStatus.Away, companyId: 7);
        await Until.TrueAsync(() =>
        {
            foreach (var server in both) server.Time.Advance(TimeSpan.FromSeconds(1));
            return both.All(server => server.Part<CompanyHours>().Find(CompanyId) is not null);
        });

        var erased = await ErasedAnswers.EraseAsync(other, agentId: null, both);

        Assert.Equal((2, 1), (erased.Events, erased.HoursVersions));
        foreach (var server in both)
        {
            await EndsAsync(server, both);
            Assert.False(server.Part<TimelineIndex>().HasEvents(CompanyId));
            Assert.Null(server.Part<CompanyHours>().Find(CompanyId));
            Assert.True(server.Part<TimelineIndex>().HasEvents(7));
        }

        Assert.Equal(1, Count("status_events"));
        Assert.DoesNotContain(_database.Store.ReadHours(), version => version.CompanyId == CompanyId);
    }

    [Fact]
    public async Task It_waits_for_a_server_that_is_cut_off_and_takes_what_lies_in_its_spool()
    {
        using var gateway = await Gateway.RequireAsync();
        await using var one = await TestServer.StartAsync(Now, _database.Args());
        await using var cut = await TestServer.StartAsync(Now, CutArgs(gateway));
        await RecordAsync(one, "a", V1.AgentStatus.Offline, 60);
        await ShowsAsync(cut, V1.AgentStatus.Offline);
        await gateway.OrderAsync("refuse");
        Assert.Equal(Durability.Spooled, (await SendAsync(cut, "spooled", V1.AgentStatus.Away, 50)).Durability);
        var erasing = ErasedAnswers.BeginAsync(one, 1);
        await Until.TrueAsync(() =>
        {
            one.Time.Advance(TimeSpan.FromSeconds(1));
            return one.Log.Warnings.Any(line => line.Contains("to forget, too"));
        });
        Assert.False(erasing.IsCompleted);
        await ShowsAsync(one, V1.AgentStatus.Unspecified);

        await gateway.OrderAsync("accept");
        await Until.TrueAsync(() =>
        {
            foreach (var server in (TestServer[])[one, cut]) server.Time.Advance(TimeSpan.FromSeconds(1));
            return erasing.IsCompleted;
        });

        Assert.Equal(2, (await erasing).Events);
        await EndsAsync(cut, one, cut);
        await ShowsAsync(cut, V1.AgentStatus.Unspecified);
        Assert.Equal(0, Count("status_events"));
        Assert.Equal(0, cut.Store.Spool!.SpooledCount);
        Assert.Equal(V1.RecordOutcome.Duplicate, (await SendAsync(one, "spooled", V1.AgentStatus.Away, 50)).Outcome);
    }

    [Fact]
    public async Task A_server_that_was_stopped_meanwhile_brings_nothing_back_from_its_spool()
    {
        using var gateway = await Gateway.RequireAsync();
        await using var one = await TestServer.StartAsync(Now, _database.Args());
        await using var stopped = await TestServer.StartAsync(Now, CutArgs(gateway));
        await RecordAsync(one, "a", V1.AgentStatus.Offline, 60);
        await ShowsAsync(stopped, V1.AgentStatus.Offline);
        await gateway.OrderAsync("refuse");
        Assert.Equal(Durability.Spooled, (await SendAsync(stopped, "spooled", V1.AgentStatus.Away, 50)).Durability);
        await SendAsync(stopped, "of another", V1.AgentStatus.Busy, 50, agentId: 2);
        await stopped.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = "spooled", Reason = "why" });
        await KeepAsync(stopped, agentId: 1);
        await stopped.StopAsync();
        await gateway.OrderAsync("accept");

        Assert.Equal(1, (await EraseAnHourLaterAsync(one)).Events);
        await stopped.RestartAsync();
        await Until.TrueAsync(() =>
        {
            foreach (var server in (TestServer[])[one, stopped]) server.Time.Advance(TimeSpan.FromSeconds(1));
            return stopped.Store.Spool!.SpooledCount == 0 && stopped.Store.CallSteps.SpooledCount == 0;
        });

        foreach (var server in (TestServer[])[one, stopped])
        {
            await ShowsAsync(server, V1.AgentStatus.Busy, agentId: 2);
            await ShowsAsync(server, V1.AgentStatus.Unspecified);
            Assert.Empty((await ListAsync(server)).Events);
            Assert.Equal(
                V1.RecordOutcome.Duplicate, (await SendAsync(server, "spooled", V1.AgentStatus.Away, 50)).Outcome);
        }

        Assert.Equal(["of another"], _database.Texts("status_events", "event_id"));
        Assert.Equal((0, 0), (Count("call_steps"), Count("retractions")));
        Assert.Equal((0, 0), (Count("rejected_events"), Count("rejected_call_steps")));
    }

    /// <remarks>Where it comes back in its directory, nobody waits for the killed one.</remarks>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_killed_server_began_goes_on_when_it_is_back_or_an_hour_later(bool isBack)
    {
        using var killed = await MongoServer.ServingAsync(_database.Args());
        await using var one = await TestServer.StartAsync(Now, _database.Args());
        foreach (var chunk in Enumerable.Range(0, 2_000).Chunk(Limits.BatchEvents))
        {
            var batch = new RecordStatusesRequest { CompanyId = CompanyId };
            batch.Events.AddRange(chunk.Select(i => Requests.Event(
                i % 2 == 0 ? V1.AgentStatus.Offline : V1.AgentStatus.Online, Times.At(Now.AddSeconds(i - 4_000)),
                $"{i}", agentId: 1, companyId: CompanyId)));
            await killed.Service.RecordStatusesAsync(batch);
        }

        await RecordAsync(one, "kept", V1.AgentStatus.Busy, 50, agentId: 2);
        var admin = new V1.AdminService.AdminServiceClient(killed.Process.Channel);
        var erasing = admin.EraseAgentAsync(new() { CompanyId = CompanyId, AgentId = 1 }).ResponseAsync;
        await Until.TrueAsync(() => killed.Process.Output.Contains("is being erased"));
        await killed.Process.KillAsync();
        await IgnoreAsync(erasing);
        if (isBack)
        {
            killed.Start();
            await killed.Process.ServesAsync();
            await ErasedAnswers.EraseAsync(one, 1);
        }
        else
        {
            await EraseAnHourLaterAsync(one);
        }

        Assert.Equal(["kept"], _database.Texts("status_events", "event_id"));
        if (!isBack)
        {
            killed.Start();
            await killed.Process.ServesAsync();
        }

        Assert.Equal(RingClassification.Unknown, (await killed.Service.ClassifyRingTargetAsync(
            new() { CompanyId = CompanyId, AgentId = 1 })).Classification);
        Assert.Equal(0, Count("offline_periods"));
    }

    private string[] CutArgs(Gateway gateway) =>
        _database.Args(gateway.ConnectionString, "--Storage:WriteTimeout", "00:00:01");

    /// <summary>Erases when nobody waits any more for servers that have been silent for an hour; those that are alive
    /// say so again and again. A killed one's last sign of life may still be on its way.</summary>
    private async Task<V1.ErasedCounts> EraseAnHourLaterAsync(TestServer server)
    {
        var silent = new BsonDocument("$set", new BsonDocument("seen_at", new BsonDateTime(1)));
        var erasing = ErasedAnswers.BeginAsync(server, 1);
        await Until.TrueAsync(() =>
        {
            _database.Collection("servers").UpdateMany(new BsonDocument(), silent);
            server.Time.Advance(TimeSpan.FromSeconds(1));
            return erasing.IsCompleted;
        });
        return await erasing;
    }

    private long Count(string collection) => _database.Collection(collection).CountDocuments(new BsonDocument());

    private static Task EndsAsync(TestServer server, params TestServer[] all) => Until.TrueAsync(() =>
    {
        foreach (var one in all) one.Time.Advance(TimeSpan.FromSeconds(1));
        return server.Store.Erasure.UnderWay.All.Count == 0;
    });

    private static async Task RecordAsync(
        TestServer server, string eventId, V1.AgentStatus status, int minutesAgo, long agentId = 1)
    {
        var answer = await SendAsync(server, eventId, status, minutesAgo, agentId);
        Assert.NotEqual(V1.RecordOutcome.Duplicate, answer.Outcome);
        Assert.Equal(Durability.Stored, answer.Durability);
    }

    private static async Task<RecordStatusResponse> SendAsync(
        TestServer server, string eventId, V1.AgentStatus status, int minutesAgo, long agentId = 1) =>
        await server.Service.RecordStatusAsync(Requests.Event(
            status, Times.At(Now.AddMinutes(-minutesAgo)), eventId, agentId: agentId, companyId: CompanyId));

    private static async Task KeepAsync(TestServer server, long agentId) =>
        await server.Service.ClassifyRingTargetAsync(new()
        {
            CompanyId = CompanyId,
            AgentId = agentId,
            CallId = 5,
            RingAt = Times.At(Now.AddMinutes(-10)),
            Record = true,
        });

    private static Task ShowsAsync(TestServer server, V1.AgentStatus status, long agentId = 1) => Until.TrueAsync(
        async () => (await server.Service.ClassifyRingTargetAsync(
            new() { CompanyId = CompanyId, AgentId = agentId })).Status == status,
        $"{status} of {agentId}");

    private static async Task<ListStatusEventsResponse> ListAsync(TestServer server) =>
        await server.Service.ListStatusEventsAsync(new() { CompanyId = CompanyId, AgentId = 1 });

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
