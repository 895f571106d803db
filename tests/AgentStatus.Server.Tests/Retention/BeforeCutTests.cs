using AgentStatus.Server.Tests.MongoDb;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Retention;

/// <summary>Every request that names an instant before the cut is told so, whether the data is still there or
/// not.</summary>
public sealed class BeforeCutTests
{
    private const long CompanyId = 1;

    private static readonly DateTimeOffset Now = new(2026, 7, 31, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Cut = new(2026, 7, 21, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Each RPC, and each field of it that names an instant.</summary>
    private static readonly Dictionary<string, Func<AgentStatusService.AgentStatusServiceClient, DateTimeOffset, Task>>
        Questions = new()
        {
            ["ClassifyRingTarget ring_at"] = async (service, at) => await service.ClassifyRingTargetAsync(
                new() { CompanyId = CompanyId, AgentId = 1, RingAt = Times.At(at) }),
            ["ClassifyRingTarget record"] = async (service, at) => await service.ClassifyRingTargetAsync(
                new() { CompanyId = CompanyId, AgentId = 1, CallId = 7, RingAt = Times.At(at), Record = true }),
            ["ClassifyRingTarget as_known_at"] = async (service, at) => await service.ClassifyRingTargetAsync(
                new() { CompanyId = CompanyId, AgentId = 1, AsKnownAt = Times.At(at) }),
            ["ClassifyRingTargets ring_at"] = async (service, at) => await service.ClassifyRingTargetsAsync(
                new() { CompanyId = CompanyId, RingAt = Times.At(at), Targets = { new RingTarget { AgentId = 1 } } }),
            ["ClassifyRingTargets as_known_at"] = async (service, at) => await service.ClassifyRingTargetsAsync(
                new()
                {
                    CompanyId = CompanyId,
                    AsKnownAt = Times.At(at),
                    Targets = { new RingTarget { AgentId = 1 } },
                }),
            ["StreamRingTargets ring_at"] = StreamAsync,
            ["GetBreakdown start_time"] = async (service, at) => await service.GetBreakdownAsync(
                new() { CompanyId = CompanyId, StartTime = Times.At(at), EndTime = Times.At(Now) }),
            ["ListStatusEvents start_time"] = async (service, at) => await service.ListStatusEventsAsync(
                new() { CompanyId = CompanyId, AgentId = 1, StartTime = Times.At(at) }),
            ["ListStatusEvents end_time"] = async (service, at) => await service.ListStatusEventsAsync(
                new() { CompanyId = CompanyId, AgentId = 1, EndTime = Times.At(at.AddMilliseconds(1)) }),
            ["ListCalls start_time"] = async (service, at) => await service.ListCallsAsync(
                new() { CompanyId = CompanyId, StartTime = Times.At(at), EndTime = Times.At(Now) }),
            ["GetCompanyHours at"] = async (service, at) => await service.GetCompanyHoursAsync(
                new() { CompanyId = CompanyId, At = Times.At(at) }),
            ["RecordStatus occurred_at"] = async (service, at) =>
                await service.RecordAsync(V1.AgentStatus.Away, Times.At(at), $"{at}"),
            ["RecordStatuses occurred_at"] = async (service, at) =>
            {
                var batch = new RecordStatusesRequest { CompanyId = CompanyId };
                batch.Events.Add(Requests.Event(V1.AgentStatus.Busy, Times.At(at), $"batch {at}"));
                batch.Events.Add(Requests.Event(V1.AgentStatus.Busy, Times.At(Now), $"now {at}"));
                var results = (await service.RecordStatusesAsync(batch)).Results;
                Assert.Equal($"now {at}", results[1].Recorded.EventId);
                Throw(results[0].Error);
            },
        };

    /// <summary>RPCs that name no instant.</summary>
    private static readonly string[] Without = ["RetractStatus", "GetCallSteps", "WatchStatuses"];

    [Fact]
    public void Every_RPC_is_asked() => Assert.Equal(
        AgentStatusService.Descriptor.Methods.Select(method => method.Name).Order(),
        Questions.Keys.Select(question => question.Split(' ')[0]).Distinct().Concat(Without).Order());

    [Fact]
    public Task Instants_before_the_cut_are_out_of_range() => AreOutOfRangeAsync();

    [Fact, MongoDb]
    public async Task Instants_before_the_cut_are_out_of_range_on_MongoDB()
    {
        using var database = new SharedDatabase();
        await AreOutOfRangeAsync(database.Args());
    }

    private static async Task AreOutOfRangeAsync(params string[] args)
    {
        await using var server = await TestServer.StartAsync(Now.AddDays(-20), args);
        await server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddDays(-20)), "old");
        await KeepAsync(server, 5, Now.AddDays(-20));
        server.Time.AdjustTime(Now);
        await server.Service.RecordAsync(V1.AgentStatus.Offline, Times.At(Cut), "first");
        await server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now), "last");
        await KeepAsync(server, 6, Cut);

        await server.RestartAsync("--Retention:KeepFor", "10.09:00:00");
        await server.CutAsync(Cut);
        await CheckAsync(server);
        await server.DeletedAsync();
        await CheckAsync(server);

        // Without the setting what is gone stays gone.
        await server.RestartAsync("--Retention:KeepFor", "36500");
        await CheckAsync(server);
    }

    private static async Task CheckAsync(TestServer server)
    {
        foreach (var (name, ask) in Questions)
        {
            var refused = await Refused.ByAsync(() => ask(server.Service, Cut.AddMilliseconds(-1)));
            Assert.True(refused.Code == StatusCode.OutOfRange, $"{name}: {refused}");
            Assert.Contains(name.Split(' ')[1] is "record" ? "ring_at" : name.Split(' ')[1], refused.Message);
            Assert.Contains("Retention:KeepFor", refused.Message);
            Assert.Contains("2026-07-21T00:00:00", refused.Message);
            await ask(server.Service, Cut);
        }

        var retracted = await Refused.ByAsync(async () => await server.Service.RetractStatusAsync(
            new() { CompanyId = CompanyId, EventId = "old", Reason = "wrong" }));
        Assert.Equal(StatusCode.OutOfRange, retracted.Code);
        Assert.Empty((await server.Service.GetCallStepsAsync(new() { CompanyId = CompanyId, CallId = 5 })).Steps);
        Assert.Single((await server.Service.GetCallStepsAsync(new() { CompanyId = CompanyId, CallId = 6 })).Steps);
        var listed = await server.Service.ListStatusEventsAsync(new() { CompanyId = CompanyId, AgentId = 1 });
        Assert.Equal("first", listed.Events.Single(e => e.EventId is "old" or "first").EventId);
    }

    private static async Task KeepAsync(TestServer server, long callId, DateTimeOffset at) =>
        await server.Service.ClassifyRingTargetAsync(new()
        {
            CompanyId = CompanyId,
            AgentId = 1,
            CallId = callId,
            RingAt = Times.At(at),
            Record = true,
        });

    private static async Task StreamAsync(AgentStatusService.AgentStatusServiceClient service, DateTimeOffset at)
    {
        using var call = service.StreamRingTargets();
        await call.RequestStream.WriteAsync(new()
        {
            RequestId = 1,
            CompanyId = CompanyId,
            RingAt = Times.At(at),
            Targets = { new RingTarget { AgentId = 1 } },
        });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext());
        Throw(call.ResponseStream.Current.Error);
    }

    private static void Throw(RingTargetsError? error)
    {
        if (error is not null) throw new RpcException(new((StatusCode)error.Code, error.Message));
    }
}
