using AgentStatus.Core;
using AgentStatus.Server.Recording;
using AgentStatus.Server.Tests.Running;
using AgentStatus.Storage;
using AgentStatus.Storage.Tests.Spool;
using AgentStatus.V1;
using Google.Protobuf.WellKnownTypes;
using RecordOutcome = AgentStatus.V1.RecordOutcome;

namespace AgentStatus.Server.Tests.Recording;

/// <summary>
/// A store whose batches add at once stores events while it does not tell what is needed to follow from them: the agent
/// is owed until it does.
/// </summary>
public sealed class DebtTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_debt_reaches_back_to_late_events_that_are_stored_before_it_is_paid()
    {
        using var directory = new TempDirectory();
        using var store = new FlakyDatabase(directory.File("store")).Open();
        using var held = new HeldStore(store);
        await using var server = await TestServer.StartOverAsync(Noon, _ => held);
        await RecordAsync(server, V1.AgentStatus.Online, 10, "a");

        // The order of two events of one instant is the store's to tell.
        held.FailReads = new StoreException("told not to answer reads");
        await RecordAsync(server, V1.AgentStatus.Offline, 10, "b");
        Assert.True(server.Part<OwedAgents>().Contains(new(1, 1)));
        await RecordAsync(server, V1.AgentStatus.Offline, 7, "c");
        await RecordAsync(server, V1.AgentStatus.Online, 8, "d");
        Assert.True(server.Part<OwedAgents>().Contains(new(1, 1)));
        held.FailReads = null;
        server.Time.Advance(Limits.UpkeepInterval);
        await Until.TrueAsync(() => server.Part<Upkeep>().IsSettled);

        Assert.Equal([(At(7), At(8)), (At(10), null)], Periods(held));
        await server.RestartAsync();
        Assert.Equal([(At(7), At(8)), (At(10), null)], Periods(held));
    }

    private static DateTimeOffset At(double hour) => Noon.AddHours(hour - 12);

    private static async Task RecordAsync(TestServer server, V1.AgentStatus status, double hour, string id)
    {
        var answer = await server.Service.RecordStatusAsync(new()
        {
            CompanyId = 1,
            AgentId = 1,
            Status = status,
            Origin = StatusOrigin.Agent,
            OccurredAt = Timestamp.FromDateTimeOffset(At(hour)),
            EventId = id,
        });
        Assert.NotEqual(RecordOutcome.Duplicate, answer.Outcome);
    }

    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset? End)> Periods(HeldStore store) =>
        store.ReadOfflinePeriods(new(1, 1), Limits.FirstInstantMs).Select(period => (
            DateTimeOffset.FromUnixTimeMilliseconds(period.StartedAtMs),
            period.EndedAtMs is { } endMs ? DateTimeOffset.FromUnixTimeMilliseconds(endMs) : (DateTimeOffset?)null));
}
