using AgentStatus.Core.Timelines;

namespace AgentStatus.Server.Tests.Hosting;

public sealed class CallLimitTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private const long HourMs = 3_600_000;

    [Fact]
    public async Task Limits_that_are_changed_hold_for_rings_breakdowns_and_the_projection()
    {
        var beganMs = Server.NowMs - (20 * HourMs);
        await RecordAsync(V1.AgentStatus.Offline, StatusOrigin.Agent, beganMs - HourMs);
        await RecordAsync(V1.AgentStatus.OnCall, StatusOrigin.Call, beganMs);
        await EndsAfterAsync(beganMs, 12);

        await Server.RestartAsync("--Timeline:OnCallLimit", "02:00:00", "--Timeline:ChangeLimits", "true");
        await EndsAfterAsync(beganMs, 2);
        await Until.TrueAsync(() => Server.Store.FindCallLimits() == new CallLimits(2 * HourMs, HourMs));

        // Nothing is to be changed any more.
        await Server.RestartAsync("--Timeline:ChangeLimits", "false");
        await EndsAfterAsync(beganMs, 2);
    }

    private async Task EndsAfterAsync(long beganMs, int hours)
    {
        var endMs = beganMs + (hours * HourMs);
        Assert.Equal(V1.AgentStatus.OnCall, await StatusAtAsync(endMs - 1));
        Assert.Equal(V1.AgentStatus.Offline, await StatusAtAsync(endMs));
        await Until.TrueAsync(() => Server.Store.OfflinePeriods.Read(new(1, 1), Limits.FirstInstantMs)
            .Select(period => period.StartedAtMs).SequenceEqual([beganMs - HourMs, endMs]));
    }

    private async Task<V1.AgentStatus> StatusAtAsync(long instantMs) => (await Server.Service.ClassifyRingTargetAsync(
        new() { CompanyId = 1, AgentId = 1, RingAt = Times.At(instantMs) })).Status;

    private async Task RecordAsync(V1.AgentStatus status, StatusOrigin origin, long atMs) =>
        await Server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = 1,
            Status = status,
            Origin = origin,
            OccurredAt = Times.At(atMs),
        });
}
