using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Server.Projections;
using AgentStatus.Server.Tests.Recording;
using AgentStatus.Storage.Sqlite;
using Grpc.Core;
using Origin = AgentStatus.Core.Origin;
using RecordOutcome = AgentStatus.V1.RecordOutcome;
using Status = AgentStatus.Core.Status;

namespace AgentStatus.Server.Tests.Projections;

/// <summary>The stored offline periods, written behind the events by a server over a real store.</summary>
public sealed class OfflinePeriodProjectionTests
{
    private static readonly AgentKey Agent = new(1, 1);
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Events_of_a_server_that_died_before_it_wrote_their_periods_are_followed_up_by_the_next_start()
    {
        await using var server = await TestServer.StartAsync(Noon);
        var directory = Path.GetDirectoryName(server.Store.Description[(server.Store.Description.IndexOf('/'))..])!;
        await server.StopAsync();
        using (var store = SqliteStatusStore.Open(directory))
        {
            store.Append(
            [
                new(new(Agent, Status.Offline, Origin.Agent, Ms(9), "a"), Ms(9), false),
                new(new(Agent, Status.Online, Origin.Agent, Ms(10), "b"), Ms(10), false),
            ]);
            Assert.Empty(store.OfflinePeriods.Read(Agent, Limits.FirstInstantMs));
        }

        await server.RestartAsync();

        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(Ms(9), Ms(10))]));
    }

    [Fact]
    public async Task An_agent_whose_periods_lack_their_hours_and_an_earlier_event_gets_both()
    {
        await using var server = await TestServer.StartAsync(Noon);
        var directory = Path.GetDirectoryName(server.Store.Description[(server.Store.Description.IndexOf('/'))..])!;
        await RecordAsync(server, agentId: 2, V1.AgentStatus.Offline);
        await Until.TrueAsync(() => server.Part<CompanyHours>().Find(1) is not null);
        await server.StopAsync();
        using (var store = SqliteStatusStore.Open(directory))
        {
            store.Append(
            [
                new(new(Agent, Status.Offline, Origin.Agent, Ms(8), "a"), Ms(8), false),
                new(new(Agent, Status.Online, Origin.Agent, Ms(9), "b"), Ms(9), false),
                new(new(Agent, Status.Offline, Origin.Agent, Ms(10), "c"), Ms(10), false),
            ]);
            store.OfflinePeriods.Replace(1, [new(Agent, 0, [new(Agent, Ms(10), null, null, Ms(11), null)])]);
        }

        await server.RestartAsync();

        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(Ms(8), Ms(9)), (Ms(10), null)]));
        var periods = server.Store.OfflinePeriods.Read(Agent, Limits.FirstInstantMs);
        Assert.All(periods, period => Assert.NotNull(period.BusinessMs));
    }

    [Fact]
    public async Task A_graceful_stop_leaves_everything_written_and_nothing_pending()
    {
        await using var server = await TestServer.StartAsync(Noon);
        var path = server.Store.Description[(server.Store.Description.IndexOf('/'))..];
        await RecordAsync(server, 1, V1.AgentStatus.Offline);
        // What hours that come late make stale is backlog, and a stop does not wait for that.
        await Until.TrueAsync(() => server.Store.OfflinePeriods
            .Read(new(1, 1), Limits.FirstInstantMs) is [{ BusinessPeriods: not null }]);
        for (var i = 2; i <= 200; i++) await RecordAsync(server, i, V1.AgentStatus.Offline);

        await server.StopAsync();

        using var store = SqliteStatusStore.Open(Path.GetDirectoryName(path)!);
        Assert.Empty(store.OfflinePeriods.ReadChangesSinceCheckpoint()!);
        for (var i = 1; i <= 200; i++) Assert.Single(store.OfflinePeriods.Read(new(1, i), Limits.FirstInstantMs));
    }

    [Fact]
    public async Task A_rebuild_makes_periods_right_that_somebody_spoilt_and_tells_how_far_it_is()
    {
        await using var server = await TestServer.StartAsync(Noon);
        for (var i = 1; i <= 150; i++) await RecordAsync(server, i, V1.AgentStatus.Offline);
        await Until.TrueAsync(() => server.Store.OfflinePeriods.Read(new(1, 150), Limits.FirstInstantMs).Count == 1);
        for (var i = 1; i <= 150; i++)
        {
            OfflinePeriod wrong = new(new(1, i), Ms(3), Ms(4), [], Ms(4), null);
            server.Store.OfflinePeriods.Replace(1, [new(new(1, i), Limits.FirstInstantMs, i % 2 == 0 ? [wrong] : [])]);
        }

        var progress = await RebuildAsync(server, companyId: 1);

        Assert.Equal((150, 150), (progress[^1].AgentsWritten, progress[^1].Agents));
        for (var i = 1; i <= 150; i++) Assert.Equal([(Ms(12), null)], server.Store.Offline(i));
    }

    [Fact]
    public async Task A_rebuild_of_a_company_without_agents_ends_at_once()
    {
        await using var server = await TestServer.StartAsync(Noon);

        var progress = await RebuildAsync(server, companyId: 7);

        Assert.Equal(0, progress[^1].Agents);
        var refused = await Refused.ByAsync(() => RebuildAsync(server, companyId: -1));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
    }

    [Fact]
    public async Task A_rebuild_that_is_under_way_is_joined_by_whoever_asks_for_the_same()
    {
        FailingPeriods periods = null!;
        await using var server = await StartOverAsync(made => periods = made);
        await RecordAsync(server, 1, V1.AgentStatus.Offline);
        await Until.TrueAsync(() => server.Store.Offline().Any());
        periods.Failure = new StoreException("told to take no periods");
        var projection = server.Part<OfflinePeriodProjection>();

        var first = projection.Rebuild(1);
        Assert.Same(first, projection.Rebuild(1));
        Assert.NotSame(first, projection.Rebuild(null));
        await Until.TrueAsync(() => periods.Refused > 0);
        Assert.Same(first, projection.Rebuild(1));

        periods.Failure = null;
        await first.Done.WaitAsync(Until.Limit);
        await Until.TrueAsync(() => projection.Rebuild(1) != first);
    }

    [Fact]
    public async Task A_store_that_takes_no_periods_keeps_nobody_from_recording_and_gets_them_later()
    {
        FailingPeriods periods = null!;
        await using var server = await StartOverAsync(made => periods = made);
        periods.Failure = new StoreException("told to take no periods");

        Assert.Equal(RecordOutcome.Applied, (await RecordAsync(server, 1, V1.AgentStatus.Offline)).Outcome);
        var ring = await server.Service.ClassifyAsync();
        Assert.Equal(RingClassification.Offline, ring.Classification);
        await Until.TrueAsync(() => periods.Refused >= 3);
        Assert.Single(server.Log.Warnings, line => line.Contains("offline periods could not be written"));

        periods.Failure = null;
        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(Ms(12), null)]));

        // A store that fails now and then is not worth a line each time.
        var before = periods.Refused;
        periods.Failure = new StoreException("told to take no periods again");
        await RecordAsync(server, 2, V1.AgentStatus.Offline);
        await Until.TrueAsync(() => periods.Refused > before);
        Assert.Single(server.Log.Warnings, line => line.Contains("offline periods could not be written"));
    }

    [Fact]
    public async Task An_agent_whose_periods_cannot_be_written_holds_up_no_other()
    {
        FailingPeriods periods = null!;
        await using var server = await StartOverAsync(made => periods = made);
        periods.FailsFor = 7;

        for (var i = 1; i <= 20; i++) await RecordAsync(server, i, V1.AgentStatus.Offline);

        await Until.TrueAsync(() => Enumerable.Range(1, 20).All(i => server.Store.Offline(i).Any() == (i != 7)));
        periods.FailsFor = 0;
        await Until.TrueAsync(() => server.Store.Offline(7).SequenceEqual([(Ms(12), null)]));
    }

    [Fact]
    public async Task An_agent_that_is_found_twice_is_written_once()
    {
        FailingPeriods periods = null!;
        await using var server = await StartOverAsync(made => periods = made);
        await RecordAsync(server, 1, V1.AgentStatus.Offline);
        await Until.TrueAsync(() => server.Store.Offline().Any());
        server.Store.OfflinePeriods.Replace(1, [new(Agent, Limits.FirstInstantMs, [])]);

        periods.LateWrites = [new(Agent, Ms(12) + 1), new(Agent, Ms(11)), new(Agent, Ms(12))];
        server.Pass(TimeSpan.FromSeconds(5));

        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(Ms(12), null)]));
        Assert.Equal(0, periods.Repeated);
    }

    [Fact]
    public async Task A_server_that_another_one_took_the_ownership_from_writes_nothing_more()
    {
        FailingPeriods periods = null!;
        await using var server = await StartOverAsync(made => periods = made);
        await RecordAsync(server, 1, V1.AgentStatus.Offline);
        await Until.TrueAsync(() => server.Store.Offline().Any());

        periods.IsFenced = true;
        await RecordAsync(server, 2, V1.AgentStatus.Offline);

        await Until.TrueAsync(() => server.Log.Notes.Any(line => line.Contains("does not write the offline periods")));
        Assert.Empty(server.Store.Offline(2));
        Assert.Empty(server.Log.Errors);
    }

    /// <summary>Over periods that fail as the test says.</summary>
    private static Task<TestServer> StartOverAsync(Action<FailingPeriods> keep) =>
        TestServer.StartOverAsync(Noon, store =>
        {
            var periods = new FailingPeriods(store.OfflinePeriods);
            keep(periods);
            return new ControlledStore(store) { OfflinePeriods = periods };
        });

    /// <summary>What the server says while it rebuilds, to the end. Its progress goes by the test's clock.</summary>
    private static async Task<List<RebuildOfflinePeriodsResponse>> RebuildAsync(TestServer server, long companyId)
    {
        var admin = new AdminService.AdminServiceClient(server.Channel);
        using var rebuild = admin.RebuildOfflinePeriods(new() { CompanyId = companyId });
        var progress = new List<RebuildOfflinePeriodsResponse>();
        using var limit = new CancellationTokenSource(Until.Limit);
        await foreach (var one in rebuild.ResponseStream.ReadAllAsync(limit.Token)) progress.Add(one);
        return progress;
    }

    private static long Ms(double hour) => Noon.AddHours(hour - 12).ToUnixTimeMilliseconds();

    private static Task<RecordStatusResponse> RecordAsync(TestServer server, long agentId, V1.AgentStatus status) =>
        server.Service.RecordAsync(status, Times.At(Noon), agentId: agentId);
}
