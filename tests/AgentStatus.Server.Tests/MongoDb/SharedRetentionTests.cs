using AgentStatus.Server.Projections;
using AgentStatus.Server.Tests.Recording;
using AgentStatus.Server.Tests.Retention;
using Grpc.Core;

namespace AgentStatus.Server.Tests.MongoDb;

/// <summary>Two servers on one database: one moves the cut and deletes, the other one learns of it before that.</summary>
public sealed class SharedRetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 31, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Cut = new(2026, 7, 21, 0, 0, 0, TimeSpan.Zero);

    [Fact, MongoDb]
    public async Task The_other_server_refuses_what_lies_before_the_cut_and_answers_what_comes_after()
    {
        using var database = new SharedDatabase();
        var args = database.Args(null, "--Retention:KeepFor", "10.10:00:00");
        await using var owner = await TestServer.StartAsync(Now, args);
        await Until.TrueAsync(() => owner.Part<OfflinePeriodProjection>().IsOwner);
        await using var other = await TestServer.StartAsync(Now, args);
        for (var day = -20; day <= 0; day++)
            await owner.Service.RecordAsync(
                day % 2 == 0 ? V1.AgentStatus.Offline : V1.AgentStatus.Away, Times.At(Now.AddDays(day)), $"e{day}");
        await Until.TrueAsync(async () =>
            (await other.Service.ClassifyAsync(at: Times.At(Now))).Status == V1.AgentStatus.Offline);

        await owner.CutAsync(Cut);
        await other.CutAsync(Cut);
        await RefusesAsync(async () => await other.Service.ClassifyAsync(at: Times.At(Cut.AddMilliseconds(-1))));
        await RefusesAsync(async () => await other.Service.RecordAsync(
            V1.AgentStatus.Busy, Times.At(Cut.AddMilliseconds(-1)), "late"));
        await RefusesAsync(async () => await other.Service.RetractStatusAsync(
            new() { CompanyId = 1, EventId = "e-12", Reason = "wrong" }));
        await owner.DeletedAsync();

        // Those of the last 25 hours before the cut, and the one before them.
        Assert.Equal(
            Enumerable.Range(-12, 13).Select(day => $"e{day}").Order(), database.Events().Select(e => e.EventId).Order());
        foreach (var server in (TestServer[])[owner, other])
        {
            var at = await server.Service.ClassifyAsync(at: Times.At(Cut));
            Assert.Equal((V1.AgentStatus.Away, Times.At(Cut)), (at.Status, at.StatusSince));
            Assert.Empty((await server.VerifyAsync()).Faults.Select(fault => fault.Description));
        }

        await other.RestartAsync();
        Assert.Equal(Cut.ToUnixTimeMilliseconds(), other.Part<RetentionCut>().Ms);
        Assert.Equal(V1.AgentStatus.Away, (await other.Service.ClassifyAsync(at: Times.At(Cut))).Status);
    }

    [Fact, MongoDb]
    public async Task What_the_owner_left_of_a_pass_goes_by_the_next_owner_s()
    {
        const int Agents = 4;
        using var database = new SharedDatabase();
        var args = database.Args(null, "--Retention:KeepFor", "10.10:00:00");
        BrokenOffRetention? pass = null;
        await using var owner = await TestServer.StartOverAsync(
            Now,
            store => new ControlledStore(store) { Retention = pass = new(store.Retention!, portions: 3) },
            args);
        await Until.TrueAsync(() => owner.Part<OfflinePeriodProjection>().IsOwner);
        await using var other = await TestServer.StartAsync(Now, args);
        for (var agent = 1; agent <= Agents; agent++)
            for (var day = -20; day <= 0; day++)
                await owner.Service.RecordAsync(
                    day % 2 == 0 ? V1.AgentStatus.Offline : V1.AgentStatus.Away, Times.At(Now.AddDays(day)),
                    $"{agent}/{day}", agentId: agent);
        await owner.CutAsync(Cut);
        await other.CutAsync(Cut);
        var looks = 0;
        await Until.TrueAsync(() =>
        {
            if (looks++ % 400 == 0) owner.Time.Advance(ServerLimits.RetentionGrace + ServerLimits.RetentionInterval);
            return pass!.IsBrokenOff;
        });
        Assert.InRange(database.Events().Count, (Agents * 13) + 1, (Agents * 21) - 1);

        await owner.StopAsync();
        await Until.TrueAsync(() =>
        {
            other.Time.Advance(ServerLimits.MaintenanceInterval);
            return other.Part<OfflinePeriodProjection>().IsOwner;
        });
        await other.DeletedAsync();

        Assert.Equal(
            Enumerable.Range(1, Agents).SelectMany(
                agent => Enumerable.Range(-12, 13).Select(day => $"{agent}/{day}")).Order(),
            database.Events().Select(e => e.EventId).Order());
        Assert.Empty((await other.VerifyAsync()).Faults.Select(fault => fault.Description));
        for (var agent = 1; agent <= Agents; agent++)
        {
            var at = await other.Service.ClassifyAsync(agent, Times.At(Cut));
            Assert.Equal((V1.AgentStatus.Away, Times.At(Cut)), (at.Status, at.StatusSince));
        }
    }

    private static async Task RefusesAsync(Func<Task> ask) =>
        Assert.Equal(StatusCode.OutOfRange, (await Refused.ByAsync(ask)).Code);
}
