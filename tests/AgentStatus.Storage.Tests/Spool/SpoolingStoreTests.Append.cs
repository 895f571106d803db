namespace AgentStatus.Storage.Tests.Spool;

public sealed partial class SpoolingStoreTests
{
    [Theory]
    [InlineData(nameof(Fault.Unreachable))]
    [InlineData(nameof(Fault.LosesAnswer))]
    [InlineData(nameof(Fault.Late))]
    public void Append_NotConfirmed_IsSpooledAndStoredOnceByTheDrain(string fault)
    {
        var faults = new Queue<Fault>([Enum.Parse<Fault>(fault)]);
        _database.NextWrite = () => faults.TryDequeue(out var next) ? next : Fault.None;
        var results = Append(Event("a", 5), Event("b", 6));

        Assert.Equal(
            [Result(AppendOutcome.Stored, Event("a", 5), true), Result(AppendOutcome.Stored, Event("b", 6), true)],
            results);
        Recover();
        Reopen();
        Assert.Equal(["a@5", "b@6"], Spooled());
        _database.LandLateWrites();

        var drained = _store.Drain(100);

        Assert.Equal(fault == nameof(Fault.Unreachable) ? (2, 0) : (0, 2), (drained.Stored, drained.Identical));
        Assert.Equal([new(Agent, 5)], drained.Agents);
        Assert.Equal(["a@5", "b@6"], Stored());
        Reopen();
        Assert.Empty(Spooled());
        Assert.Equal(0, _store.SpooledCount);
    }

    [Fact]
    public void Append_WhileTheCircuitIsOpen_AsksTheStoreNothing()
    {
        _database.Fault = Fault.Unreachable;
        Append(Event("a", 5));
        var asked = _database.Asked;

        Append(Event("b", 6));
        Assert.Throws<StoreUnreachableException>(() => _store.AddHours(new(1, 1, 1, "{}")));
        Assert.Throws<StoreUnreachableException>(() => _store.OfflinePeriods.Replace(1, [new(Agent, 0, [])]));
        Assert.Throws<StoreUnreachableException>(() => _store.ReadEvents(Agent, 0, 10));
        Assert.Throws<StoreUnreachableException>(() => _store.ReadMemory(0));
        Assert.Throws<StoreUnreachableException>(() => _store.ReadHours());
        Assert.Throws<StoreUnreachableException>(() => _store.OfflinePeriods.Read(Agent, 0));
        Assert.Throws<StoreUnreachableException>(() => _store.OfflinePeriods.FindStale(1, 0));
        Assert.Throws<StoreUnreachableException>(() => _store.Follow());
        Assert.Same(DrainResult.Nothing, _store.Drain(10));
        Assert.Equal(asked, _database.Asked);
        Assert.Equal(["a@5", "b@6"], Spooled());
    }

    [Fact]
    public void Append_OfAnIdInTheSpool_IsComparedWithTheSpooledOne()
    {
        _database.Fault = Fault.Unreachable;
        AppendResult[] expected =
        [
            Result(AppendOutcome.Stored, Event("a", 5), true),
            Result(AppendOutcome.Duplicate, Event("a", 5), true),
            Result(AppendOutcome.Conflict, Event("a", 5), true),
            Result(AppendOutcome.Duplicate, Event("a", 5), true),
        ];
        Assert.Equal(expected, Append(Event("a", 5), Event("a", 5), Event("a", 6), Event("a", 7, any: true)));
        Recover();

        var results = Append(Event("b", 1), Event("a", 5), Event("a", 6), Event("c", 2), Event("a", 7, any: true));

        Assert.Equal([Result(AppendOutcome.Stored, Event("b", 1), false), .. expected[1..3]], results.Take(3));
        Assert.Equal([Result(AppendOutcome.Stored, Event("c", 2), false), expected[3]], results.Skip(3));
        Assert.Equal(["b@1", "c@2"], Stored());
        Assert.Equal(["a@5"], Spooled());
    }

    [Fact]
    public void Append_BeyondTheLimit_IsRefusedAsAWholeUntilThereIsRoom()
    {
        _store.Dispose();
        _store = Open(limitBytes: 200_000);
        _store.Connect();
        _database.Fault = Fault.Unreachable;
        var taken = 0;
        Assert.Throws<SpoolFullException>(() =>
        {
            for (; taken < 100_000; taken += 100)
                Append([.. Enumerable.Range(taken, 100).Select(i => Event($"event {i}", i))]);
        });

        Assert.InRange(_store.SpooledBytes, 200_000, 250_000);
        Assert.Equal(taken, _store.SpooledCount);
        Recover();
        Assert.Equal(taken, _store.Drain(taken).Count);
        _database.Fault = Fault.Unreachable;
        Assert.True(Append(Event("again", 1))[0].IsSpooled);
    }
}
