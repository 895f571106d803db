using AgentStatus.Core.OfflinePeriods;
using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Tests;

/// <summary>Appends wait for the transaction under way: an agent's many offline periods are written in several.</summary>
public sealed class SqlitePeriodPortionTests : IDisposable
{
    private const int Periods = 20_000;
    private const int Attempts = 10;

    private readonly TempDirectory _directory = new();
    private readonly SqliteStatusStore _store;

    public SqlitePeriodPortionTests() => _store = SqliteStatusStore.Open(_directory.Path);

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Replace_OfManyPeriods_IsSeenInPortions()
    {
        var sawSome = false;
        for (var agentId = 1; agentId <= Attempts && !sawSome; agentId++)
        {
            var agent = new AgentKey(1, agentId);
            OfflinePeriod[] periods = [.. Enumerable.Range(0, Periods).Select(i => Period(agent, i))];
            var replacing = Task.Run(() => _store.OfflinePeriods.Replace(1, [new(agent, 0, periods)]));
            while (!replacing.IsCompleted)
                sawSome |= _store.OfflinePeriods.Read(agent, 0).Count is > 0 and < Periods;
            Assert.True(await replacing);
            Assert.Equal(periods, _store.OfflinePeriods.Read(agent, 0));

            // One that is new and one that is gone: what is in between stays.
            periods = [.. periods[..10], .. periods[11..], Period(agent, Periods)];
            Assert.True(_store.OfflinePeriods.Replace(1, [new(agent, 0, periods)]));
            Assert.Equal(periods, _store.OfflinePeriods.Read(agent, 0));
        }

        Assert.True(sawSome);
    }

    private static OfflinePeriod Period(AgentKey agent, int number) =>
        new(agent, 10L * number, (10L * number) + 5, [], (10L * number) + 5, 1);
}
