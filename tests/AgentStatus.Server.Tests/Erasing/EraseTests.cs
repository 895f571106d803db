using AgentStatus.Server.Erasing;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Tests.Access;
using AgentStatus.Server.Tests.Projections;
using AgentStatus.Server.Tests.Recording;
using AgentStatus.Server.Tests.Watching;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Erasing;

/// <summary>EraseAgent and EraseCompany of a whole server: what they answer, what comes late, who is told.</summary>
public sealed class EraseTests
{
    private const long CompanyId = ErasedAnswers.CompanyId;

    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_was_erased_is_counted_and_a_second_time_nothing_is()
    {
        await using var server = await TestServer.StartAsync(Now);
        await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        await RecordAsync(server, "b", V1.AgentStatus.Online, minutes: -30);
        await server.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = "b" });
        await KeepAsync(server, agentId: 1);
        await KeepAsync(server, agentId: 2);
        await Until.TrueAsync(() => ErasedAnswers.PeriodsOf(server, [1]).Count == 1);

        var erased = await ErasedAnswers.EraseAsync(server, 1);

        Assert.Equal(
            new V1.ErasedCounts { Events = 2, Retractions = 1, CallSteps = 1, OfflinePeriods = 1 }, erased);
        Assert.Equal(new V1.ErasedCounts(), await ErasedAnswers.EraseAsync(server, 1));
        Assert.Equal([2L], (await StepsAsync(server)).Select(step => step.AgentId));
    }

    [Fact]
    public async Task What_comes_again_with_an_erased_id_is_a_duplicate_and_is_not_stored()
    {
        await using var server = await TestServer.StartAsync(Now);
        var sent = await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        var step = await KeepAsync(server, agentId: 1);
        await ErasedAnswers.EraseAsync(server, 1);
        for (var run = 0; run < 2; run++)
        {
            var again = await server.Service.RecordStatusAsync(sent);
            Assert.Equal(
                (V1.RecordOutcome.Duplicate, Durability.Unspecified, V1.AgentStatus.Unspecified),
                (again.Outcome, again.Durability, again.EffectiveStatus));
            var batch = new RecordStatusesRequest { CompanyId = CompanyId, Events = { sent } };
            var ofBatch = (await server.Service.RecordStatusesAsync(batch)).Results.Single().Recorded;
            Assert.Equal(
                (V1.RecordOutcome.Duplicate, Durability.Unspecified), (ofBatch.Outcome, ofBatch.Durability));
            var retracted = await server.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = "a" });
            Assert.Equal(
                (RetractOutcome.Duplicate, Durability.Unspecified), (retracted.Outcome, retracted.Durability));
            Assert.Equal(
                V1.RingClassification.Unknown, (await server.Service.ClassifyRingTargetAsync(step)).Classification);
            Assert.Empty(await StepsAsync(server));
            Assert.Empty((await ListAsync(server)).Events);
            Assert.Equal(new V1.ErasedCounts(), await ErasedAnswers.EraseAsync(server, 1));
            await server.RestartAsync();
        }

        // Another id is a new life.
        await RecordAsync(server, "new", V1.AgentStatus.Away, minutes: -10);
        Assert.Equal(["new"], (await ListAsync(server)).Events.Select(e => e.EventId));
        var late = await server.Service.RecordStatusAsync(sent);
        Assert.Equal(V1.RecordOutcome.Duplicate, late.Outcome);
    }

    [Fact]
    public async Task While_it_is_under_way_others_are_served_and_the_agent_is_known_no_more()
    {
        HeldErasure? held = null;
        await using var server = await TestServer.StartOverAsync(Now, store => new ControlledStore(store)
        {
            Erasure = held = new HeldErasure(store.Erasure),
        });
        var sent = await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        var erasing = ErasedAnswers.EraseAsync(server, 1);
        await Until.TrueAsync(() => held!.Portions > 0);

        // Portion after portion, and what others send is answered in between.
        for (var i = 0; i < 10; i++)
        {
            var portions = held!.Portions;
            await RecordAsync(server, $"other {i}", V1.AgentStatus.Online, -10 + i, agentId: 2);
            await Until.TrueAsync(() => held.Portions > portions);
        }

        Assert.False(erasing.IsCompleted);
        Assert.Empty((await ListAsync(server)).Events);
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => RecordAsync(server, "b", V1.AgentStatus.Online, minutes: 0));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("being erased", refused.Status.Detail);
        refused = await Assert.ThrowsAsync<RpcException>(() => KeepAsync(server, agentId: 1));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        var again = await server.Service.RetractStatusAsync(new() { CompanyId = CompanyId, EventId = "a" });
        Assert.Equal(RetractOutcome.Duplicate, again.Outcome);
        var group = await KeepGroupAsync(server, 1, 2);
        Assert.Equal(
            [(int)StatusCode.Unavailable, 0], group.Results.Select(result => result.Error?.Code ?? 0));

        held!.GoesOn = true;
        Assert.Equal(1, (await erasing).Events);
        await RecordAsync(server, "b", V1.AgentStatus.Online, minutes: 0);
        Assert.Equal(V1.RecordOutcome.Duplicate, (await server.Service.RecordStatusAsync(sent)).Outcome);
    }

    [Fact]
    public async Task Two_who_ask_for_the_same_get_the_same_answer()
    {
        HeldErasure? held = null;
        await using var server = await TestServer.StartOverAsync(Now, store => new ControlledStore(store)
        {
            Erasure = held = new HeldErasure(store.Erasure),
        });
        await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        using var gone = new CancellationTokenSource();
        var first = Admin(server).EraseAgentAsync(
            new() { CompanyId = CompanyId, AgentId = 1 }, cancellationToken: gone.Token);
        await Until.TrueAsync(() => held!.Portions > 0);
        await gone.CancelAsync();
        await Assert.ThrowsAsync<RpcException>(() => first.ResponseAsync);
        var erasures = server.Part<Erasures>();
        var second = erasures.EraseAsync(new(CompanyId, 1), CancellationToken.None);
        var third = erasures.EraseAsync(new(CompanyId, 1), CancellationToken.None);

        // Both have asked before the writer comes to this.
        await server.Part<StatusWriter>().RunAsync(() => held!.GoesOn = true, CancellationToken.None);
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            return second.IsCompleted && third.IsCompleted;
        });

        Assert.Equal(1, (await second)!.Value.Events);
        Assert.Equal(await second, await third);
    }

    [Fact]
    public async Task A_portion_that_fails_is_told_and_tried_again()
    {
        HeldErasure? held = null;
        await using var server = await TestServer.StartOverAsync(Now, store => new ControlledStore(store)
        {
            Erasure = held = new HeldErasure(store.Erasure) { Failure = new StoreException("the disk is full") },
        });
        await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        var refused = await Assert.ThrowsAsync<RpcException>(() => ErasedAnswers.EraseAsync(server, 1));
        Assert.Equal((StatusCode.Unavailable, "the disk is full"), (refused.StatusCode, refused.Status.Detail));
        Assert.Empty((await ListAsync(server)).Events);

        (held!.GoesOn, held.Failure) = (true, null);

        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            return held.UnderWay.All.Count == 0;
        });
        Assert.Equal(new V1.ErasedCounts(), await ErasedAnswers.EraseAsync(server, 1));
    }

    [Fact]
    public async Task Watchers_are_told_that_nothing_is_known_of_the_agent()
    {
        await using var server = await TestServer.StartAsync(Now);
        await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        await RecordAsync(server, "b", V1.AgentStatus.Away, minutes: -30, agentId: 2);
        using var all = WatchReader.Open(server, CompanyId);
        using var named = WatchReader.Open(server, CompanyId, 1);
        foreach (var watch in (WatchReader[])[all, named])
            await Until.TrueAsync(() => watch.Agents.GetValueOrDefault(1)?.Status == V1.AgentStatus.Offline);

        await ErasedAnswers.EraseAsync(server, 1);

        foreach (var watch in (WatchReader[])[all, named])
        {
            await Until.TrueAsync(() =>
            {
                server.Time.Advance(TimeSpan.FromSeconds(1));
                return watch.Agents[1].Status == V1.AgentStatus.Unspecified;
            });
            Assert.Equal(Times.At(Now.AddMinutes(-60).ToUnixTimeMilliseconds()), watch.Agents[1].ChangedFrom);
        }

        Assert.Equal(V1.AgentStatus.Away, all.Agents[2].Status);
    }

    [Fact]
    public async Task The_audit_log_keeps_who_and_when_and_not_what()
    {
        using var keys = new KeyFile();
        await using var server = await keys.With("root", [Permission.Admin, Permission.Correct, Permission.Record])
            .StartServerAsync(Now);
        var service = KeyFile.Service(server, "root");
        foreach (var (id, agentId) in ((string, long)[])[("a", 1), ("b", 2)])
        {
            await service.RecordStatusAsync(Requests.Event(
                V1.AgentStatus.Away, Times.At(Now.ToUnixTimeMilliseconds()), id, agentId: agentId));
            await service.RetractStatusAsync(new() { CompanyId = 1, EventId = id });
        }

        var admin = new V1.AdminService.AdminServiceClient(KeyFile.Invoker(server, "root"));
        await admin.EraseAgentAsync(new() { CompanyId = 1, AgentId = 1 });
        await service.RetractStatusAsync(new() { CompanyId = 1, EventId = "a" });

        var entries = server.Store.Audit.Read(new(0, long.MinValue, long.MaxValue), 10);
        Assert.Equal(
            [
                ("EraseAgent", "root", 0L, ""), ("RetractStatus", "root", 0, ""), ("RetractStatus", "root", 0, ""),
                ("RetractStatus", "root", 0, "b"),
            ],
            entries.Select(entry => (entry.Rpc, entry.Identity, entry.AgentId, entry.EventId)).Order());
        Assert.All(entries, entry => Assert.Equal((1, Now.ToUnixTimeMilliseconds()), (entry.CompanyId, entry.AtMs)));

        await admin.EraseCompanyAsync(new() { CompanyId = 1 });
        Assert.All(
            server.Store.Audit.Read(new(0, long.MinValue, long.MaxValue), 10),
            entry => Assert.Equal("", entry.EventId));
    }

    [Fact]
    public async Task Periods_that_are_being_written_meanwhile_go_too()
    {
        using var computed = new ManualResetEventSlim();
        using var isOpen = new ManualResetEventSlim();
        await using var server = await TestServer.StartOverAsync(Now, store => new ControlledStore(store)
        {
            OfflinePeriods = new FailingPeriods(store.OfflinePeriods)
            {
                BeforeWrite = () =>
                {
                    computed.Set();
                    isOpen.Wait();
                },
            },
        });
        await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        await Until.TrueAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            return computed.IsSet;
        });
        var erasing = ErasedAnswers.EraseAsync(server, 1);
        await Until.TrueAsync(() => server.Part<TimelineIndex>().AgentCount == 0);
        Assert.False(erasing.IsCompleted);

        isOpen.Set();

        Assert.Equal(new V1.ErasedCounts { Events = 1, OfflinePeriods = 1 }, await erasing);
        Assert.Empty(ErasedAnswers.PeriodsOf(server, [1]));
    }

    [Fact]
    public async Task Malformed_requests_are_refused_and_erase_nothing()
    {
        await using var server = await TestServer.StartAsync(Now);
        await RecordAsync(server, "a", V1.AgentStatus.Offline, minutes: -60);
        foreach (var (companyId, agentId) in ((long, long)[])[(0, 1), (CompanyId, 0), (-1, 1), (CompanyId, -1)])
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => Admin(server).EraseAgentAsync(
                new() { CompanyId = companyId, AgentId = agentId }).ResponseAsync);
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }

        Assert.Single((await ListAsync(server)).Events);
    }

    private static V1.AdminService.AdminServiceClient Admin(TestServer server) => new(server.Channel);

    private static async Task<RecordStatusRequest> RecordAsync(
        TestServer server, string eventId, V1.AgentStatus status, int minutes, long agentId = 1)
    {
        var sent = Requests.Event(
            status, Times.At(Now.AddMinutes(minutes).ToUnixTimeMilliseconds()), eventId, agentId: agentId,
            companyId: CompanyId);
        Assert.NotEqual(V1.RecordOutcome.Duplicate, (await server.Service.RecordStatusAsync(sent)).Outcome);
        return sent;
    }

    private static async Task<ClassifyRingTargetRequest> KeepAsync(TestServer server, long agentId)
    {
        var request = new ClassifyRingTargetRequest
        {
            CompanyId = CompanyId,
            AgentId = agentId,
            CallId = 5,
            RingAt = Times.At(Now.AddMinutes(-10).ToUnixTimeMilliseconds()),
            Record = true,
        };
        await server.Service.ClassifyRingTargetAsync(request);
        return request;
    }

    private static async Task<ClassifyRingTargetsResponse> KeepGroupAsync(TestServer server, params long[] agentIds) =>
        await server.Service.ClassifyRingTargetsAsync(new()
        {
            CompanyId = CompanyId,
            CallId = 6,
            RingAt = Times.At(Now.AddMinutes(-10).ToUnixTimeMilliseconds()),
            Record = true,
            Targets = { agentIds.Select(agentId => new RingTarget { AgentId = agentId }) },
        });

    private static async Task<IEnumerable<V1.CallStep>> StepsAsync(TestServer server) =>
        (await server.Service.GetCallStepsAsync(new() { CompanyId = CompanyId, CallId = 5 })).Steps;

    private static async Task<ListStatusEventsResponse> ListAsync(TestServer server) =>
        await server.Service.ListStatusEventsAsync(new() { CompanyId = CompanyId, AgentId = 1 });
}
