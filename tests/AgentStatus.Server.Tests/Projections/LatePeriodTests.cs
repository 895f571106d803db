namespace AgentStatus.Server.Tests.Projections;

/// <summary>A late event also undoes an offline period that began after it, without an event: a call had run
/// out.</summary>
public sealed class LatePeriodTests
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(V1.AgentStatus.OnCall, 12)]
    [InlineData(V1.AgentStatus.WrapUp, 1)]
    public async Task A_choice_during_a_call_that_arrives_after_it_ran_out_removes_the_period_that_it_left(
        V1.AgentStatus call, int limitHours)
    {
        await using var server = await TestServer.StartAsync(Monday);
        server.Pass(TimeSpan.FromHours(22));
        await RecordAsync(server, V1.AgentStatus.Offline, StatusOrigin.Agent, At(8));
        await RecordAsync(server, call, StatusOrigin.Call, At(9));
        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(At(8), At(9)), (At(9 + limitHours), null)]));

        await RecordAsync(server, V1.AgentStatus.Online, StatusOrigin.Agent, At(9.5));

        await Until.TrueAsync(() => server.Store.Offline().SequenceEqual([(At(8), At(9))]));
    }

    private static long At(double hours) => Monday.AddHours(hours).ToUnixTimeMilliseconds();

    private static Task RecordAsync(TestServer server, V1.AgentStatus status, StatusOrigin origin, long atMs) =>
        server.Service.RecordAsync(status, Times.At(atMs), origin: origin);
}
