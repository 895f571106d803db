using AgentStatus.Server.Breakdowns;
using AgentStatus.Server.Tests.Recording;
using Google.Rpc;
using Grpc.Core;

namespace AgentStatus.Server.Tests.Breakdowns;

/// <summary>More breakdowns than the server can do: what is taken is worked out soon, the rest is refused at
/// once.</summary>
public sealed class BreakdownOverloadTests
{
    private const int Breakdowns = 5 * ServerLimits.BreakdownsOfPeer;
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset LongAgo = Now.AddDays(-100);

    [Theory]
    [InlineData(1, ServerLimits.BreakdownsOfPeer)]
    [InlineData(20, 20)]
    public async Task Of_those_that_would_wait_for_too_long_some_are_taken_and_the_rest_is_told_when_to_come_again(
        int withinWait, int most)
    {
        ControlledStore store = null!;
        await using var server = await TestServer.StartOverAsync(Now, real => store = new ControlledStore(real));
        await server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = 1,
            Status = V1.AgentStatus.Offline,
            Origin = StatusOrigin.Agent,
            OccurredAt = Times.At(LongAgo),
        });
        await server.RestartAsync();
        using var metrics = MeterReadings.Of(server);

        // Nobody knows what they take yet.
        var breakdowns = server.Part<BreakdownAdmission>();
        Assert.Equal(ServerLimits.Breakdowns + ServerLimits.QueuedBreakdowns, breakdowns.Most);
        store.BeforeRead = _ => server.Time.Advance(ServerLimits.BreakdownWait / withinWait);
        await AskAsync(server);
        Assert.Equal(most, breakdowns.Most);

        using var open = new ManualResetEventSlim();
        store.BeforeRead = _ => open.Wait();
        var asked = Enumerable.Range(0, Breakdowns).Select(_ => AskAsync(server)).ToList();
        await Until.TrueAsync(() => asked.Count(one => one.IsCompleted) == Breakdowns - most);
        var refused = await Refused.ByAsync(() => asked.First(one => one.IsCompleted));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains($"BreakdownWait; {most} may be", refused.Message);
        Assert.Equal(
            TimeSpan.FromMilliseconds(ServerLimits.BreakdownRetryAfterMs),
            refused.Detail<RetryInfo>().RetryDelay.ToTimeSpan());
        Assert.Equal(Breakdowns - most, metrics["agentstatus.breakdowns.refused"]);

        // Another address has a share.
        var others = Enumerable.Range(0, most)
            .Select(_ => breakdowns.TryTake(IPAddress.Parse("127.0.0.2"))).TakeWhile(turn => turn is not null).ToList();
        Assert.Equal(most / 2, others.Count);
        others.ForEach(turn => turn!.Dispose());

        open.Set();
        await Until.TrueAsync(() => asked.TrueForAll(one => one.IsCompleted));
        Assert.Equal(most, asked.Count(one => one.IsCompletedSuccessfully));
        await AskAsync(server);
    }

    private static async Task AskAsync(TestServer server) => Assert.Single((await server.Service.GetBreakdownAsync(new()
    {
        CompanyId = 1,
        AgentIds = { 1 },
        StartTime = Times.At(LongAgo.AddDays(1)),
        EndTime = Times.At(LongAgo.AddDays(3)),
        HoursClip = HoursClip.None,
    })).Agents);
}
