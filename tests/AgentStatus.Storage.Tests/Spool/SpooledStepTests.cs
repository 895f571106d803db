using AgentStatus.Core.Rings;
using Microsoft.Data.Sqlite;

namespace AgentStatus.Storage.Tests.Spool;

/// <summary>Call steps while the store does not answer.</summary>
public sealed class SpooledStepTests : IDisposable
{
    private const long Company = 280197;

    private readonly TempDirectory _directory = new();
    private readonly FlakyDatabase _database;
    private SpoolingStore _store;

    public SpooledStepTests()
    {
        _database = new(_directory.File("store"));
        _store = Open();
        _store.Connect();
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_of_an_outage_are_kept_at_once_and_come_into_the_store_in_order(bool losesAnswer)
    {
        _database.Fault = losesAnswer ? Fault.LosesAnswer : Fault.Unreachable;

        var kept = _store.CallSteps.Keep([Step(1), Step(2, RingOutcome.Unspecified)]);
        Assert.All(kept, result => Assert.True(result is { IsSpooled: true, IsRefused: false }));
        Assert.Equal([false, true], Keep(Step(2), Step(1, RingOutcome.Rejected)));
        Reopen(connect: false);
        Assert.Equal([true, false], Keep(Step(1, RingOutcome.Answered), Step(3)));
        Assert.Throws<StoreUnreachableException>(() => Read());
        Recover();

        Assert.Equal([Step(1), Step(2), Step(3)], Read());
        Assert.Equal(3, _store.CallSteps.SpooledCount);
        Assert.Equal(2, _store.CallSteps.Drain(2).Count);
        Assert.Equal([Step(1), Step(2)], Stored());
        Assert.Equal(1, _store.CallSteps.Drain(2).Count);
        Assert.Equal(0, _store.CallSteps.Drain(2).Count);
        Assert.Equal(0, _store.CallSteps.SpooledCount);
        Assert.Equal([Step(1), Step(2), Step(3)], Stored());
        Reopen();
        Assert.Equal([Step(1), Step(2), Step(3)], Read());
    }

    [Fact]
    public void A_ring_that_waits_in_the_spool_is_compared_with_that()
    {
        Spool(Step(1), Step(2, RingOutcome.Unspecified));

        Assert.Equal([true, false, false], Keep(Step(1, RingOutcome.Rejected), Step(2), Step(3)));

        Assert.Equal([Step(3)], Stored());
        _store.CallSteps.Drain(10);
        Assert.Equal([Step(1), Step(2), Step(3)], Stored());
    }

    [Fact]
    public void What_another_server_kept_meanwhile_stands_and_the_spooled_one_is_set_aside()
    {
        Spool(Step(1), Step(2, RingOutcome.Unspecified), Step(3));
        _database.Store!.CallSteps.Keep(
            [Step(1, RingOutcome.Rejected), Step(2, RingOutcome.Rejected), Step(3, RingOutcome.Unspecified)]);
        CallStep[] expected = [Step(1, RingOutcome.Rejected), Step(2, RingOutcome.Rejected), Step(3)];
        Assert.Equal(expected, Read());

        var drained = _store.CallSteps.Drain(10);

        Assert.Equal(3, drained.Count);
        Assert.Equal([Step(1)], drained.Rejected!);
        Assert.Equal([Step(1)], _database.RejectedSteps);
        Assert.Equal(expected, Stored());
    }

    [Fact]
    public void Calls_are_found_in_the_store_and_in_the_spool()
    {
        for (var at = 1; at <= 9; at++)
        {
            if (at % 3 == 0) _store.CallSteps.Keep([Step(at, callId: at)]);
            else Spool(Step(at, callId: at), Step(at, callId: at, outcome: RingOutcome.Unspecified));
        }

        foreach (var most in (int[])[1, 2, 20])
        {
            var found = new List<long>();
            var scan = new CallScan([new(0, 0)], IsComplete: false);
            while (!scan.IsComplete)
            {
                scan = _store.CallSteps.Find(StepQuery.AllOf(Company), scan.Calls[^1], most);
                Assert.InRange(scan.Calls.Count, 0, most);
                found.AddRange(scan.Calls.Select(call => call.CallId));
            }

            Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], found);
        }
    }

    [Fact]
    public void A_full_spool_refuses_and_goes_on_when_the_store_is_back()
    {
        _store.Dispose();
        _store = Open(limitBytes: 1);
        _store.Connect();
        _database.Fault = Fault.Unreachable;

        Assert.Throws<SpoolFullException>(() => Keep(Step(1)));
        Recover();

        Assert.Equal([false], Keep(Step(1)));
        Assert.Equal([Step(1)], Stored());
    }

    [Fact]
    public void A_spool_of_before_there_were_call_steps_is_upgraded()
    {
        _store.Dispose();
        using (var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_directory.File("spool"), SpoolFile.FileName)};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                DROP TABLE spooled_call_steps;
                DROP TABLE spooled_retractions;
                ALTER TABLE spooled_events DROP COLUMN sequence;
                ALTER TABLE spooled_events DROP COLUMN call_id;
                ALTER TABLE spooled_events DROP COLUMN device_id;
                ALTER TABLE spooled_events DROP COLUMN label;
                ALTER TABLE spooled_events DROP COLUMN actor;
                PRAGMA user_version = 1;
                """;
            command.ExecuteNonQuery();
        }

        _store = Open();
        _store.Connect();
        Spool(Step(1));

        Assert.Equal([Step(1)], Read());
    }

    private SpoolingStore Open(long limitBytes = StorageLimits.SpoolBytes) => SpoolingStore.Open(
        _directory.File("spool"), _database.Open, TimeProvider.System, limitBytes,
        probeInterval: TimeSpan.FromMilliseconds(5));

    private void Reopen(bool connect = true)
    {
        _store.Dispose();
        _store = Open();
        if (connect) _store.Connect();
    }

    private void Spool(params CallStep[] steps)
    {
        _database.Fault = Fault.Unreachable;
        Assert.All(_store.CallSteps.Keep(steps), result => Assert.True(result.IsSpooled));
        Recover();
    }

    private void Recover()
    {
        _database.Fault = Fault.None;
        _store.Connect();
        Assert.True(SpinWait.SpinUntil(() => _store.IsReachable, TimeSpan.FromSeconds(30)));
    }

    private IEnumerable<bool> Keep(params CallStep[] steps) =>
        _store.CallSteps.Keep(steps).Select(result => result.IsRefused);

    private IReadOnlyList<CallStep> Read() => _store.CallSteps.Read(StepQuery.AllOf(Company), [7], 100);

    private IReadOnlyList<CallStep> Stored() => _database.Store!.CallSteps.Read(StepQuery.AllOf(Company), [7], 100);

    private static CallStep Step(long at, RingOutcome outcome = RingOutcome.NoAnswer, long callId = 7) => new(
        new(Company, callId, 0, 380171, at), QueueRule.Always, outcome,
        new(RingClassification.Offline, "Offline", Status.Offline, "", 1, Origin.Agent, 2), 3);
}
